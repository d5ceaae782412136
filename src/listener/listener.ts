import { isFailure, type Failure } from '../ground/errors.ts';
import { bindLoopback, closeAll } from './bind.ts';
import { Connections } from './connections.ts';
import { callbackReceiver, type Accepted, type Callback, type Rules } from './callback-receiver.ts';
import { addressOf } from './request.ts';
import { createListenerServer } from './server.ts';

export interface ListenOptions<A extends Accepted> extends Rules<A> {
  /** Such as `http://127.0.0.1:8717/callback`, or a public address that is forwarded to `port` here. */
  readonly redirectUrl: string;
  /** The port to bind if it differs from the Redirect URL's; 0 means any port. */
  readonly port?: number;
  /** Closes the listener when it aborts. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<Limits>;
}

export type Limits = typeof usualLimits;

const usualLimits = {
  /** More than the system queues (511), so that queued connections can't displace each other. */
  connections: 600,
  /** Milliseconds for a request to arrive. */
  requestTimeoutMs: 5_000,
  /** How long the browser waits for its page, in milliseconds; a browser gives up after a few minutes. */
  pageTimeoutMs: 60_000,
};

export interface Listener<A extends Accepted> {
  readonly port: number;
  /**
   * The first approved or denied callback. It uses up the state, so later ones are refused. Rejects with the signal's
   * reason if aborted, and with an `AbortError` if closed.
   */
  readonly arrival: Promise<Callback<A>>;
  /** Stops listening and ends all connections. Refers a waiting browser to the terminal. May be called again. */
  readonly close: () => Promise<void>;
}

/**
 * Listens for the authorization's redirect, only on loopback (RFC 8252 §7.3, §8.3). Refuses stray requests and keeps
 * waiting; see `readRequest` and `Rules`. Rejects only for an invalid URL, or a forwarded one without `port`.
 * @returns the failure of `bindLoopback` if the port can't be used
 */
export async function listen<A extends Accepted>(options: ListenOptions<A>): Promise<Listener<A> | Failure> {
  const { redirectUrl, signal } = options;
  const limits = { ...usualLimits, ...options.limits };
  const address = addressOf(redirectUrl, options.port);
  const connections = new Connections(limits.connections);
  const { arrival, receive, end } = callbackReceiver(options, limits.pageTimeoutMs);
  const binding = await bindLoopback(address.port, () =>
    createListenerServer({ ...limits, address, connections, receive }),
  );
  if (isFailure(binding)) return binding;

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    end(signal.aborted ? signal.reason : new DOMException('The listener was closed.', 'AbortError'));
    connections.end();
    return (closing ??= closeAll(binding.servers));
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) await close();
  return { port: binding.port, arrival, close };
}
