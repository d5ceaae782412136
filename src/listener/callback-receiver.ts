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

interface Rules<V extends Judgement> {
  readonly judge: (query: URLSearchParams) => V;
  readonly onRefused: (verdict: Refused<V>) => void;
}

/** The most refusals that are reported, however many reasons there are. */
const maxReported = 20;

/** Takes the first callback that the judge accepts and turns away all others. */
export class CallbackReceiver<V extends Judgement> {
  readonly #rules: Rules<V>;
  readonly #pageTimeoutMs: number;
  readonly #reported = new Set<string>();
  readonly #arrival: Promise<Callback<V>>;
  #arrived!: (callback: Callback<V>) => void;
  #ended!: (reason: unknown) => void;
  #callback: Callback<V> | undefined;

  /** After `pageTimeoutMs` a browser that still waits is sent to the terminal. */
  constructor(rules: Rules<V>, pageTimeoutMs: number) {
    this.#rules = rules;
    this.#pageTimeoutMs = pageTimeoutMs;
    this.#arrival = new Promise((resolve, reject) => {
      this.#arrived = resolve;
      this.#ended = reject;
    });
    // It may end while nobody waits.
    this.#arrival.catch(() => undefined);
  }

  next(): Promise<Callback<V>> {
    return this.#arrival;
  }

  /** What to answer at once, or `kept`: the connection waits for `finish`. */
  receive(query: URLSearchParams, connection: Duplex): Answer | 'kept' {
    const verdict = this.#rules.judge(query);
    if (isRefused(verdict)) {
      this.#report(verdict);
      return { status: 400, content: { kind: 'refused', why: verdict.why } };
    }
    if (this.#callback !== undefined) return { status: 409, content: { kind: 'used' } };
    this.#callback = kept(verdict as Accepted<V>, connection, this.#pageTimeoutMs);
    this.#arrived(this.#callback);
    return 'kept';
  }

  end(reason: unknown): void {
    this.#ended(reason);
    void this.#callback?.finish({ kind: 'waiting-ended' });
  }

  #report(verdict: Refused<V>): void {
    if (this.#callback !== undefined || this.#reported.has(verdict.reason) || this.#reported.size >= maxReported)
      return;
    this.#reported.add(verdict.reason);
    this.#rules.onRefused(verdict);
  }
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
