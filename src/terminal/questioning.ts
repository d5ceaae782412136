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
export const pasteDrainMs = 50;

/** What one question is asked with. `signal` withdraws it. */
export interface Asked {
  readonly keys: Keys;
  readonly signal: AbortSignal;
}

/**
 * Asks one question. `ask` listens to its keys before it returns its promise.
 * @throws the reason of the question's signal or of the host's; Failure interrupted, on Ctrl-C and when stdin ends
 */
export type Put = <T>(question: Question, ask: (asked: Asked) => Promise<T>) => Promise<T>;

/** Asks questions on one terminal: the first takes the terminal, and `restoreTerminal` gives it back. */
export function questioning(host: PromptHost): Put {
  let keyboard: Keyboard | undefined;
  return async (question, ask) => {
    const left = new AbortController();
    const keys = new Keys(() => {
      left.abort(fail('interrupted', {}));
    });
    const over = new AbortController();
    for (const source of [host.signal, question.signal]) forwardAbort(source, left, over.signal);
    try {
      left.signal.throwIfAborted();
      keyboard ??= new Keyboard(host);
      const answering = ask({ keys, signal: left.signal });
      keyboard.giveTo(keys);
      const answer = await answering;
      if (keys.hasLeft) throw fail('interrupted', {});
      return answer;
    } catch (thrown) {
      left.signal.throwIfAborted();
      throw isCtrlC(thrown) ? fail('interrupted', {}) : thrown;
    } finally {
      over.abort();
      keyboard?.takeFrom(keys);
      keys.destroy();
    }
  };
}

/** The error that @inquirer/core throws when the process is about to end. By name: its class would load the library. */
function isCtrlC(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'ExitPromptError';
}

/** Until `over`. Written out because `AbortSignal.any` may lose an abort (nodejs/node issue 54614). */
function forwardAbort(source: AbortSignal | undefined, target: AbortController, over: AbortSignal): void {
  const abort = (): void => {
    target.abort(source?.reason);
  };
  if (source?.aborted === true) abort();
  source?.addEventListener('abort', abort, { signal: over });
}
