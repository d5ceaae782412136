import type { Duplex } from 'node:stream';
import { answer, type Answer } from './answer.ts';
import type { PageContent } from './pages.ts';

/** What the caller makes of a query; it may carry more. */
export type Judgement =
  | { readonly outcome: 'approved' }
  | { readonly outcome: 'denied' }
  /** `reason` names the kind, `why` tells the person in a sentence. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly why: string };

export type Refused<V extends Judgement> = Extract<V, { outcome: 'refused' }>;
export type Accepted<V extends Judgement> = Exclude<V, Refused<V>>;

export interface Callback<V extends Judgement> {
  readonly verdict: Accepted<V>;
  /**
   * Shows the page in the browser, which has waited for it. Resolves when the browser has it, half a second later
   * at most, or is gone; never rejects. The first page counts.
   */
  readonly finish: (page: PageContent) => Promise<void>;
}

interface Rules<V extends Judgement> {
  readonly judge: (query: URLSearchParams) => V;
  readonly onRefused: (verdict: Refused<V>) => void;
}

/** How many refusals are told at most, however many reasons there are. */
const toldAtMost = 20;

/** Takes the first callback that the judge accepts, and turns every other away. */
export class CallbackReceiver<V extends Judgement> {
  readonly #rules: Rules<V>;
  readonly #hold: number;
  readonly #told = new Set<string>();
  readonly #arrival: Promise<Callback<V>>;
  #arrived!: (callback: Callback<V>) => void;
  #ended!: (reason: unknown) => void;
  #callback: Callback<V> | undefined;

  /** `hold`: milliseconds after which a browser that waits is sent to the terminal. */
  constructor(rules: Rules<V>, hold: number) {
    this.#rules = rules;
    this.#hold = hold;
    this.#arrival = new Promise((resolve, reject) => {
      this.#arrived = resolve;
      this.#ended = reject;
    });
    // The end may come when nobody waits.
    this.#arrival.catch(() => undefined);
  }

  next(): Promise<Callback<V>> {
    return this.#arrival;
  }

  /** What to answer at once, or `kept`: the connection waits for `finish`. */
  receive(query: URLSearchParams, connection: Duplex): Answer | 'kept' {
    const verdict = this.#rules.judge(query);
    if (isRefused(verdict)) {
      this.#tell(verdict);
      return { status: 400, content: { kind: 'refused', why: verdict.why } };
    }
    if (this.#callback !== undefined) return { status: 409, content: { kind: 'used' } };
    this.#callback = kept(verdict as Accepted<V>, connection, this.#hold);
    this.#arrived(this.#callback);
    return 'kept';
  }

  end(reason: unknown): void {
    this.#ended(reason);
    void this.#callback?.finish({ kind: 'waiting-ended' });
  }

  #tell(verdict: Refused<V>): void {
    if (this.#callback !== undefined || this.#told.has(verdict.reason) || this.#told.size >= toldAtMost) return;
    this.#told.add(verdict.reason);
    this.#rules.onRefused(verdict);
  }
}

function isRefused<V extends Judgement>(verdict: V): verdict is Refused<V> {
  return verdict.outcome === 'refused';
}

function kept<V extends Judgement>(verdict: Accepted<V>, connection: Duplex, hold: number): Callback<V> {
  let finished: Promise<void> | undefined;
  const finish = (content: PageContent): Promise<void> => {
    finished ??= answer(connection, { status: 200, content });
    return finished;
  };
  setTimeout(() => void finish({ kind: 'waiting-ended' }), hold).unref();
  return { verdict, finish };
}
