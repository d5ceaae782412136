import type { Duplex } from 'node:stream';
import { isFailure, type Failure } from '../ground/errors.ts';
import { bindLoopback, closeAll } from './bind.ts';
import { answer, Connections, type Answer } from './connections.ts';
import type { PageContent } from './pages.ts';
import { addressOf, createListenerServer } from './server.ts';

/** The caller's verdict on a query that it accepts. */
interface Accepted {
  readonly outcome: 'approved' | 'denied';
}

interface Callback<A extends Accepted> {
  readonly verdict: A;
  /** Shows the waiting browser its page. Resolves within half a second; never rejects. Only the first call counts. */
  readonly finish: (page: PageContent) => Promise<void>;
}

interface ListenOptions<A extends Accepted> {
  /** Such as `http://127.0.0.1:8717/callback`, or a public address that is forwarded to `port` here. */
  readonly redirectUrl: string;
  /** The port to bind if it differs from the Redirect URL's; 0 means any port. */
  readonly port?: number;
  /** Reads the query of a request for the Redirect URL. `why` is a sentence for the user. */
  readonly judge: (query: URLSearchParams) => A | { readonly outcome: 'refused'; readonly why: string };
  /** Called once for each reason, 20 times at most, until a callback is accepted. */
  readonly onRefused: (why: string) => void;
  readonly signal: AbortSignal;
  readonly limits?: Partial<typeof usualLimits>;
}

const usualLimits = {
  /** More than a socket queues (511 in Node), so that queued connections can't displace each other. */
  connections: 600,
  /** Milliseconds for a request to arrive. */
  requestTimeoutMs: 5_000,
  /** How long the browser waits for its page; a browser gives up after a few minutes. */
  pageTimeoutMs: 60_000,
};

const maxReported = 20;

export interface Listener<A extends Accepted> {
  readonly port: number;
  /** The first callback that the judge accepts. Later ones are refused. Never settles if closed first. */
  readonly arrival: Promise<Callback<A>>;
  /** Stops listening and ends all connections. Refers a waiting browser to the terminal. Safe to call twice. */
  readonly close: () => Promise<void>;
}

/**
 * Listens for the authorization's redirect, only on loopback (RFC 8252 §7.3, §8.3). Refuses stray requests and keeps
 * waiting; see `readRequest`. Rejects only for an invalid URL, or an https one without `port`.
 * @returns the failure of `bindLoopback` if the port can't be used
 */
export async function listen<A extends Accepted>(options: ListenOptions<A>): Promise<Listener<A> | Failure> {
  const { judge, onRefused, signal } = options;
  const limits = { ...usualLimits, ...options.limits };
  const address = addressOf(options.redirectUrl, options.port);
  const connections = new Connections(limits.connections);
  const reported = new Set<string>();
  let finish: Callback<A>['finish'] | undefined;
  let arrived!: (callback: Callback<A>) => void;
  const arrival = new Promise<Callback<A>>((resolve) => (arrived = resolve));

  /** Returns the response to send at once, or `kept` if the connection waits for `finish`. */
  const receive = (query: URLSearchParams, connection: Duplex): Answer | 'kept' => {
    const verdict = judge(query);
    if (verdict.outcome === 'refused') {
      const { why } = verdict;
      if (finish === undefined && !reported.has(why) && reported.size < maxReported) onRefused(why);
      reported.add(why);
      return { status: 400, content: { kind: 'refused', why } };
    }
    if (finish !== undefined) return { status: 409, content: { kind: 'used' } };
    finish = pageSender(connection, limits.pageTimeoutMs);
    arrived({ verdict, finish });
    return 'kept';
  };
  const binding = await bindLoopback(address.port, () =>
    createListenerServer({ ...limits, address, connections, receive }),
  );
  if (isFailure(binding)) return binding;

  const close = (): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    void finish?.({ kind: 'waiting-ended' });
    connections.end();
    return closeAll(binding.servers);
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) await close();
  return { port: binding.port, arrival, close };
}

/** Returns a function that sends one page. If it isn't called in time, the page refers the user to the terminal. */
function pageSender(connection: Duplex, timeoutMs: number): (page: PageContent) => Promise<void> {
  let finished: Promise<void> | undefined;
  const finish = (content: PageContent): Promise<void> => (finished ??= answer(connection, { status: 200, content }));
  setTimeout(() => void finish({ kind: 'waiting-ended' }), timeoutMs).unref();
  return finish;
}
