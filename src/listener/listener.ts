import type { Failure } from '../ground/errors.ts';
import { bindLoopback } from './bind.ts';
import { Connections } from './connections.ts';
import { CallbackReceiver, type Callback, type Judgement, type Refused } from './callback-receiver.ts';
import { addressOf } from './request.ts';
import { createListenerServer } from './server.ts';

export type { Accepted, Callback, Judgement, Refused } from './callback-receiver.ts';

export interface ListenOptions<V extends Judgement> {
  /** `http://127.0.0.1:8717/callback` and the like; or a public address that is forwarded to `port` here. */
  readonly redirectUrl: string;
  /** The port to bind when it is not the Redirect URL's. 0: any. */
  readonly port?: number;
  /** Reads the query of a request for the Redirect URL. Pure: called for every such request, never remembers. */
  readonly judge: (query: URLSearchParams) => V;
  /** Told once for each reason, and 20 times at most, while nothing was accepted. */
  readonly onRefused: (verdict: Refused<V>) => void;
  /** Closes the listener. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<Limits>;
}

export interface Limits {
  /** Connections open at once; the oldest makes room. */
  readonly connections: number;
  /** Milliseconds in which a request must have come. */
  readonly request: number;
  /** Milliseconds for which the browser waits for its page; a browser gives up after some minutes. */
  readonly hold: number;
}

/** More connections than the system queues (511), so that those in the queue cannot push each other out. */
const usualLimits: Limits = { connections: 600, request: 5_000, hold: 60_000 };

export interface Listener<V extends Judgement> {
  readonly port: number;
  /**
   * The first approved or denied callback; the state in it is used up, and later ones are turned away. Each call gives
   * the same. Rejects with the signal's reason when aborted, with an `AbortError` when closed.
   */
  readonly next: () => Promise<Callback<V>>;
  /** Ends every connection; a browser that still waits is sent to the terminal. May be called again. */
  readonly close: () => Promise<void>;
}

export type Listening<V extends Judgement> =
  | { readonly ok: true; readonly listener: Listener<V> }
  /** `port-busy`, `port-reserved` or `listener-failed`. */
  | { readonly ok: false; readonly failure: Failure };

/**
 * Listens for the redirect of the authorization on this computer's loopback addresses alone (RFC 8252 §7.3, §8.3).
 * Nothing but the one right request ends the wait; see `readRequest` for what is right.
 * Rejects only on a mistake of the caller: no URL, or a forwarded one without `port`.
 */
export async function listen<V extends Judgement>(options: ListenOptions<V>): Promise<Listening<V>> {
  const { redirectUrl, signal } = options;
  const limits = { ...usualLimits, ...options.limits };
  const address = addressOf(redirectUrl, options.port);
  const connections = new Connections(limits.connections);
  const reception = new CallbackReceiver(options, limits.hold);
  const binding = await bindLoopback(address.port, () =>
    createListenerServer({ address, connections, reception, patience: limits.request }),
  );
  if (!binding.ok) return binding;

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    reception.end(signal.aborted ? signal.reason : new DOMException('The listener was closed.', 'AbortError'));
    connections.end();
    closing ??= Promise.all(binding.servers.map((server) => new Promise((resolve) => server.close(resolve)))).then();
    return closing;
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) await close();
  return { ok: true, listener: { port: binding.port, next: () => reception.next(), close } };
}
