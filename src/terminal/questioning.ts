import { PassThrough, type Writable } from 'node:stream';
import { abortWith } from '../ground/abort-with.ts';
import { fail } from '../ground/errors.ts';
import type { Clock, Question } from '../ground/io.ts';
import type { Glyphs } from './glyphs.ts';
import { Keyboard, Keys } from './keyboard.ts';
import type { Paint } from './paint.ts';
import type { PromptHost } from './job-control.ts';
import { showStatus } from './say.ts';

export interface QuestionSettings extends PromptHost {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
}

/**
 * How long input after a secret is dropped, in milliseconds: without bracketed paste, a line break in a paste is Enter,
 * and the next question would show the rest of the secret.
 */
const pasteDrainMs = 50;

/** The context of an @inquirer/core prompt. The screen draws it, so its own output isn't shown. */
export interface Asked {
  readonly input: Keys;
  readonly output: Writable;
  /** Cancels the question. */
  readonly signal: AbortSignal;
}

/**
 * Asks questions on one terminal. The first question takes the terminal over, and `restoreTerminal` releases it. `ask`
 * must listen to its keys before it returns its promise.
 * @throws the reason of the question's signal or of the settings'; Failure interrupted on Ctrl-C and when stdin ends
 */
export function questioning(settings: QuestionSettings) {
  const { screen, glyphs, clock } = settings;
  let keyboard: Keyboard | undefined;
  return async <T>(
    question: Question & { status?: () => string },
    ask: (asked: Asked) => Promise<T>,
    isSecret = false,
  ): Promise<T> => {
    const left = abortWith(settings.signal, question.signal);
    const input = new Keys(() => {
      left.abort(fail('interrupted', {}));
    });
    const status = question.status && showStatus({ screen, glyphs, clock }, question.status);
    try {
      left.signal.throwIfAborted();
      keyboard ??= new Keyboard(settings);
      const answering = ask({ input, output: new PassThrough().resume(), signal: left.signal });
      keyboard.giveTo(input);
      const answer = await answering;
      if (isSecret) await clock.sleep(pasteDrainMs);
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
