import { Socket } from 'node:net';
import type Undici from 'undici';
import { closeAll } from './close-all.ts';
import type { Route } from './proxy.ts';

/** Where one request travels, and how far it came. */
export interface Agent {
  readonly dispatcher: Undici.Dispatcher;
  /** Whether the connection to the server stood, so that the request may have been sent. */
  readonly connected: () => boolean;
  /** Closes every socket, also one that is still connecting: undici leaves those to the system's own timeout. */
  readonly destroy: () => Promise<void>;
}

type Connector = Undici.buildConnector.connector;

/** Milliseconds for each address of a host before the next is tried; Node's 250 are too few for a far or slow network. */
const attemptTimeout = 2_000;

/** A dispatcher for one request. The caller limits the time, so undici's own connect timeout is off. */
export function makeAgent(undici: typeof Undici, route: Exclude<Route, { kind: 'unusable' }>): Agent {
  const sockets: Socket[] = [];
  let connected = false;
  const collect = (connect: Connector): Connector => {
    return (options, callback) => {
      // It returns the socket, which undici's types leave out.
      const open: (...given: Parameters<Connector>) => unknown = connect;
      const made = open(options, callback);
      if (made instanceof Socket) sockets.push(made);
    };
  };
  const watch = (connect: Connector): Connector => {
    return (options, callback) => {
      connect(options, (...outcome) => {
        const [error, socket] = outcome;
        if (error === null) {
          connected = true;
          sockets.push(socket);
          callback(null, socket);
        } else {
          callback(new ConnectError(error), null);
        }
      });
    };
  };
  const settings = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: attemptTimeout, timeout: 0 };
  const dispatcher =
    route.kind === 'direct'
      ? new undici.Agent({ connect: watch(collect(undici.buildConnector(settings))) })
      : throughProxy(undici, route, { watch, connectToProxy: collect(undici.buildConnector(settings)) });
  const destroy = async (): Promise<void> => {
    closeAll(sockets);
    await dispatcher.destroy();
  };
  return { dispatcher, connected: () => connected, destroy };
}

/** Carries the error past undici, which handles some codes itself: it connects again after `UND_ERR_SOCKET`, for ever. */
export class ConnectError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'ConnectError';
  }
}

/** Both factories are undici's defaults but for the connector. */
function throughProxy(
  undici: typeof Undici,
  { origin, authorization }: Extract<Route, { kind: 'proxy' }>,
  { watch, connectToProxy }: { watch: (connect: Connector) => Connector; connectToProxy: Connector },
): Undici.Dispatcher {
  return new undici.ProxyAgent({
    uri: origin,
    ...(authorization === undefined ? {} : { token: authorization }),
    requestTls: { timeout: 0 },
    clientFactory: (url) => new undici.Pool(url, { connect: connectToProxy }),
    factory: (target, options) => {
      const { connect, ...rest } = options as { connect: Connector };
      return new undici.Pool(target, { ...rest, connect: watch(connect) });
    },
  });
}
