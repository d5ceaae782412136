import { Writable } from 'node:stream';
import { fail } from '../ground/errors.ts';
import type { Clock, Question } from '../ground/io.ts';
import type { Glyphs } from './glyphs.ts';
import { Keyboard } from './keyboard.ts';
import { Keys } from './keys.ts';
import type { Paint } from './paint.ts';
import type { PromptHost } from './prompt-host.ts';

export interface QuestionSettings {
  readonly host: PromptHost;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
}

/**
 * Milliseconds in which what still comes after a secret is swallowed: a terminal that marks no pastes sends a new line
 * in one as Enter, and the next question would show the rest of the secret.
 */
const pasteDrainMs = 50;

/** What a prompt of @inquirer/core runs with. The screen draws it, so nothing of its own output is shown. */
export interface Asked {
  readonly input: Keys;
  readonly output: Writable;
  /** Withdraws the question. */
  readonly signal: AbortSignal;
}

/**
 * Asks one question, for a secret or not. `ask` listens to its keys before it returns its promise.
 * @throws the reason of the question's signal or of the host's; Failure interrupted, on Ctrl-C and when stdin ends
 */
export type Put = <T>(question: Question, ask: (asked: Asked) => Promise<T>, isSecret?: boolean) => Promise<T>;

/** Asks questions on one terminal: the first takes the terminal, and `restoreTerminal` gives it back. */
export function questioning({ host, clock }: Pick<QuestionSettings, 'host' | 'clock'>): Put {
  let keyboard: Keyboard | undefined;
  return async (question, ask, isSecret = false) => {
    const left = new AbortController();
    const input = new Keys(() => {
      left.abort(fail('interrupted', {}));
    });
    const over = new AbortController();
    for (const source of [host.signal, question.signal]) forwardAbort(source, left, over.signal);
    try {
      left.signal.throwIfAborted();
      keyboard ??= new Keyboard(host);
      const answering = ask({ input, output: nowhere(), signal: left.signal });
      keyboard.giveTo(input);
      const answer = await answering;
      if (isSecret) await clock.sleep(pasteDrainMs);
      if (input.hasLeft) throw fail('interrupted', {});
      return answer;
    } catch (thrown) {
      left.signal.throwIfAborted();
      throw thrown;
    } finally {
      over.abort();
      keyboard?.takeFrom(input);
      input.destroy();
    }
  };
}

const nowhere = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });

/** Until `over`. Written out because `AbortSignal.any` may lose an abort (nodejs/node issue 54614). */
function forwardAbort(source: AbortSignal | undefined, target: AbortController, over: AbortSignal): void {
  const abort = (): void => {
    target.abort(source?.reason);
  };
  if (source?.aborted === true) abort();
  source?.addEventListener('abort', abort, { signal: over });
}
