import type { Duplex } from 'node:stream';
import { answer, type Answer } from './connections.ts';
import type { PageContent } from './pages.ts';

/** The caller's verdict on a query that it accepts. It may have more properties. */
export interface Accepted {
  readonly outcome: 'approved' | 'denied';
}

export interface Callback<A extends Accepted> {
  readonly verdict: A;
  /** Shows the waiting browser its page. Resolves within half a second; never rejects. Only the first call counts. */
  readonly finish: (page: PageContent) => Promise<void>;
}

export interface Rules<A extends Accepted> {
  /** Reads the query of a request for the Redirect URL. `why` is a sentence for the user. Pure. */
  readonly judge: (query: URLSearchParams) => A | { readonly outcome: 'refused'; readonly why: string };
  /** Called once for each reason, 20 times at most, until a callback is accepted. */
  readonly onRefused: (why: string) => void;
}

const maxReported = 20;

/**
 * Accepts the first callback that the judge accepts and refuses all others. If the result isn't known within
 * `pageTimeoutMs`, the browser's page refers the user to the terminal.
 */
export function callbackReceiver<A extends Accepted>({ judge, onRefused }: Rules<A>, pageTimeoutMs: number) {
  const reported = new Set<string>();
  let callback: Callback<A> | undefined;
  let arrived!: (callback: Callback<A>) => void;
  let ended!: (reason: unknown) => void;
  const arrival = new Promise<Callback<A>>((resolve, reject) => {
    arrived = resolve;
    ended = reject;
  });
  // If nothing waits for the arrival, closing must not crash the program.
  arrival.catch(() => undefined);

  /** Returns the response to send at once, or `kept` if the connection waits for `finish`. */
  const receive = (query: URLSearchParams, connection: Duplex): Answer | 'kept' => {
    const verdict = judge(query);
    if (verdict.outcome === 'refused') {
      const { why } = verdict;
      if (callback === undefined && !reported.has(why) && reported.size < maxReported) onRefused(why);
      reported.add(why);
      return { status: 400, content: { kind: 'refused', why } };
    }
    if (callback !== undefined) return { status: 409, content: { kind: 'used' } };
    callback = makeCallback(verdict, connection, pageTimeoutMs);
    arrived(callback);
    return 'kept';
  };
  const end = (reason: unknown): void => {
    ended(reason);
    void callback?.finish({ kind: 'waiting-ended' });
  };
  return { arrival, receive, end };
}

function makeCallback<A extends Accepted>(verdict: A, connection: Duplex, pageTimeoutMs: number): Callback<A> {
  let finished: Promise<void> | undefined;
  const finish = (content: PageContent): Promise<void> => (finished ??= answer(connection, { status: 200, content }));
  setTimeout(() => void finish({ kind: 'waiting-ended' }), pageTimeoutMs).unref();
  return { verdict, finish };
}
