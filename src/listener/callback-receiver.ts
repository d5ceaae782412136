import type { Duplex } from 'node:stream';
import { answer, type Answer } from './answer.ts';
import type { PageContent } from './pages.ts';

/** What the caller makes of a query. A verdict may have more properties. */
export type Judgement =
  | { readonly outcome: 'approved' }
  | { readonly outcome: 'denied' }
  /** `reason` names the kind; `why` is a sentence for the person. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly why: string };

export type Refused<V extends Judgement> = Extract<V, { outcome: 'refused' }>;
export type Accepted<V extends Judgement> = Exclude<V, Refused<V>>;

export interface Callback<V extends Judgement> {
  readonly verdict: Accepted<V>;
  /**
   * Shows the page in the waiting browser. Resolves when the browser has it, after half a second at most; never
   * rejects. Only the first call counts.
   */
  readonly finish: (page: PageContent) => Promise<void>;
}

export interface CallbackReceiver<V extends Judgement> {
  readonly arrival: Promise<Callback<V>>;
  /** What to answer at once, or `kept`: the connection waits for `finish`. */
  receive(query: URLSearchParams, connection: Duplex): Answer | 'kept';
  end(reason: unknown): void;
}

interface Rules<V extends Judgement> {
  readonly judge: (query: URLSearchParams) => V;
  readonly onRefused: (verdict: Refused<V>) => void;
  /** Milliseconds after which a browser that still waits is sent to the terminal. */
  readonly pageTimeoutMs: number;
}

/** The most refusals that are reported, however many reasons there are. */
const maxReported = 20;

/** Takes the first callback that the judge accepts and turns away all others. */
export function callbackReceiver<V extends Judgement>({
  judge,
  onRefused,
  pageTimeoutMs,
}: Rules<V>): CallbackReceiver<V> {
  const reported = new Set<string>();
  let callback: Callback<V> | undefined;
  let arrived!: (callback: Callback<V>) => void;
  let ended!: (reason: unknown) => void;
  const arrival = new Promise<Callback<V>>((resolve, reject) => {
    arrived = resolve;
    ended = reject;
  });
  // It may end while nobody waits.
  arrival.catch(() => undefined);

  return {
    arrival,
    receive: (query, connection) => {
      const verdict = judge(query);
      if (isRefused(verdict)) {
        const { reason, why } = verdict;
        if (callback === undefined && !reported.has(reason) && reported.size < maxReported) onRefused(verdict);
        reported.add(reason);
        return { status: 400, content: { kind: 'refused', why } };
      }
      if (callback !== undefined) return { status: 409, content: { kind: 'used' } };
      callback = kept(verdict as Accepted<V>, connection, pageTimeoutMs);
      arrived(callback);
      return 'kept';
    },
    end: (reason) => {
      ended(reason);
      void callback?.finish({ kind: 'waiting-ended' });
    },
  };
}

function isRefused<V extends Judgement>(verdict: V): verdict is Refused<V> {
  return verdict.outcome === 'refused';
}

function kept<V extends Judgement>(verdict: Accepted<V>, connection: Duplex, pageTimeoutMs: number): Callback<V> {
  let finished: Promise<void> | undefined;
  const finish = (content: PageContent): Promise<void> => {
    finished ??= answer(connection, { status: 200, content });
    return finished;
  };
  setTimeout(() => void finish({ kind: 'waiting-ended' }), pageTimeoutMs).unref();
  return { verdict, finish };
}
