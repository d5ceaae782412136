import { fail } from '../ground/errors.ts';
import type { Question } from '../ground/io.ts';
import { Keyboard } from './keyboard.ts';
import { Keys } from './keys.ts';
import type { Screen } from './screen.ts';
import type { OwnProcess } from './job-control.ts';
import type { TerminalInput } from '../ground/streams.ts';

/**
 * Milliseconds in which what still comes after a secret is swallowed: a terminal that marks no pastes sends a new line
 * in one as Enter, and the next question would show the rest of the secret.
 */
export const pasteDrainMs = 50;

export interface PromptHost {
  readonly stdin: TerminalInput;
  readonly screen: Screen;
  /** Withdraws every question, with its reason. */
  readonly signal: AbortSignal;
  /** Whether the terminal marks pastes on request; a dumb one does not. */
  readonly marksPastes: boolean;
  readonly own: OwnProcess;
}

/** What one question is asked with. `signal` withdraws it. */
export interface Asked {
  readonly keys: Keys;
  readonly signal: AbortSignal;
}

/**
 * Puts one question. `ask` listens to its keys before it returns its promise.
 * @throws the reason of the question's signal or of the place's; Failure interrupted, on Ctrl-C and when stdin ends
 */
export type Put = <T>(question: Question, ask: (asked: Asked) => Promise<T>) => Promise<T>;

/** Puts questions to one place: its terminal is taken with the first of them, and given back by `restoreTerminal`. */
export function questioning(place: PromptHost): Put {
  let taken: Keyboard | undefined;
  return async (question, ask) => {
    const withdrawn = new AbortController();
    const release = forward([place.signal, question.signal], withdrawn);
    const keys = new Keys({
      onEnd: () => {
        withdrawn.abort(fail('interrupted', {}));
      },
    });
    try {
      withdrawn.signal.throwIfAborted();
      const keyboard = (taken ??= new Keyboard(place));
      const answer = ask({ keys, signal: withdrawn.signal });
      keyboard.giveTo(keys);
      return await answer;
    } catch (thrown) {
      withdrawn.signal.throwIfAborted();
      throw isCtrlC(thrown) ? fail('interrupted', {}) : thrown;
    } finally {
      release();
      taken?.takeFrom(keys);
      keys.destroy();
    }
  };
}

/** @inquirer/core's; by its name, because its class is loaded with it. */
function isCtrlC(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'ExitPromptError';
}

function forward(sources: readonly (AbortSignal | undefined)[], target: AbortController): () => void {
  const releases = sources.map((source) => {
    const abort = (): void => {
      target.abort(source?.reason);
    };
    if (source?.aborted === true) abort();
    source?.addEventListener('abort', abort);
    return () => source?.removeEventListener('abort', abort);
  });
  return () => {
    for (const release of releases) release();
  };
}
