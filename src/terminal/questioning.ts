import { PassThrough, type Writable } from 'node:stream';
import { abortWith } from '../ground/abort-with.ts';
import { fail } from '../ground/errors.ts';
import type { Question } from '../ground/io.ts';
import { Keyboard, Keys } from './keyboard.ts';
import { showStatus } from './say.ts';
import type { Terminal } from './terminal-mode.ts';

/**
 * How long to drop input after a secret, in milliseconds. Without bracketed paste, a line break in a pasted secret acts
 * as Enter, and the next question would show the rest.
 */
const pasteDrainMs = 50;

/** The context of an @inquirer/core prompt. Its output isn't shown, because the screen draws it. */
export interface Asked {
  readonly input: Keys;
  readonly output: Writable;
  /** Cancels the question. */
  readonly signal: AbortSignal;
}

/**
 * Returns a function that asks questions. The first takes over the terminal, and `restoreTerminal` releases it. `ask`
 * must listen for keys before it returns its promise.
 * @throws the reason of the question's signal or of the terminal's; Failure interrupted on Ctrl-C and when stdin ends
 */
export function questioning(terminal: Terminal) {
  let keyboard: Keyboard | undefined;
  return async <T>(
    question: Question & { status?: () => string },
    ask: (asked: Asked) => Promise<T>,
    isSecret = false,
  ): Promise<T> => {
    const left = abortWith(terminal.signal, question.signal);
    const input = new Keys(() => left.abort(fail('interrupted', {})));
    const status = question.status && showStatus(terminal, question.status);
    try {
      left.signal.throwIfAborted();
      keyboard ??= new Keyboard(terminal);
      const answering = ask({ input, output: new PassThrough().resume(), signal: left.signal });
      keyboard.giveTo(input);
      const answer = await answering;
      if (isSecret) await terminal.clock.sleep(pasteDrainMs);
      if (input.hasLeft) throw fail('interrupted', {});
      return answer;
    } catch (thrown) {
      left.signal.throwIfAborted();
      throw thrown;
    } finally {
      left.abort();
      status?.stop();
      keyboard?.takeFrom(input);
      input.destroy();
    }
  };
}
