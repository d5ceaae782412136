import { PassThrough, Readable, type Writable } from 'node:stream';
import { abortWith } from '../ground/abort-with.ts';
import { fail } from '../ground/errors.ts';
import type { Question } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import type { Token } from './escape-sequences.ts';
import { controlKeys, inputReader } from './input-reader.ts';
import { showStatus } from './say.ts';
import { takeTerminal, watchJobControl, type Terminal } from './terminal-mode.ts';

/** In milliseconds. Without bracketed paste, a line break in a pasted secret acts as Enter, and we drop the rest. */
const pasteDrainMs = 50;

/** The context of an @inquirer/core prompt. Its output isn't shown, because the screen draws the question. */
export interface Asked {
  readonly input: Keys;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/**
 * The first question takes over the terminal, and `restoreTerminal` releases it. `ask` must listen for keys before it
 * returns its promise.
 * @throws the reason of the question's signal or of the terminal's; Failure interrupted on Ctrl-C and when stdin ends
 */
export function questioning(terminal: Terminal) {
  const giveKeys = once(() => takeKeyboard(terminal));
  return async <T>(
    question: Question & { status?: () => string },
    isSecret: boolean,
    ask: (asked: Asked) => Promise<T>,
  ): Promise<T> => {
    const ended = abortWith(terminal.signal, question.signal);
    const input = new Keys(() => ended.abort(fail('interrupted', {})));
    const status = question.status && showStatus(terminal, question.status);
    let takeBack = (): void => undefined;
    try {
      ended.signal.throwIfAborted();
      const give = giveKeys();
      const answering = ask({ input, output: new PassThrough().resume(), signal: ended.signal });
      takeBack = give(input);
      const answer = await answering;
      if (isSecret) await terminal.clock.sleep(pasteDrainMs);
      if (input.hasLeft) throw fail('interrupted', {});
      return answer;
    } catch (thrown) {
      ended.signal.throwIfAborted();
      throw thrown;
    } finally {
      ended.abort();
      status?.stop();
      takeBack();
      input.destroy();
    }
  };
}

/** A paste arrives as one key with this name. */
export const pasteName = 'paste';

/** One question's input for node:readline. If it were a TTY, @inquirer/core would drop input until it has drawn. */
class Keys extends Readable {
  /** Whether the user left, even right after answering. */
  hasLeft = false;
  readonly #end: () => void;

  constructor(end: () => void) {
    // Input is emitted as it arrives and never buffered in the stream.
    super({ read: () => undefined });
    this.#end = end;
    // readline pauses its input when it closes: after the answer, and on Ctrl-D, which @inquirer/core doesn't handle.
    this.on('pause', end);
  }

  onLeave(): void {
    this.hasLeft = true;
    this.#end();
  }

  /** Passes a paste to readline as one key, so that the question isn't redrawn for each character. */
  onInput({ text, isPaste = false }: Token): void {
    if (!isPaste || this.listenerCount('keypress') === 0) this.emit('data', Buffer.from(text));
    else this.emit('keypress', text, { name: pasteName, sequence: text, ctrl: false, meta: false, shift: false });
  }
}

/**
 * Becomes the terminal's only reader until the program ends. Stays in raw mode between questions, because otherwise the
 * terminal would echo text typed ahead, even a secret. Returns a function that gives a question this text and further
 * input. That function returns another, which takes the keyboard back.
 */
function takeKeyboard(terminal: Terminal): (receiver: Keys) => () => void {
  const { stdin } = terminal.ownProcess;
  const onControlKey = watchJobControl(terminal);
  const typedAhead: Token[] = [];
  let receiver: Keys | null = null;
  let hasEnded = false;
  const read = inputReader((input) => {
    const signal = controlKeys.get(input.text);
    if (signal === 'SIGINT' && receiver !== null) receiver.onLeave();
    else if (signal !== undefined) onControlKey(signal);
    else if (receiver === null) typedAhead.push(input);
    else receiver.onInput(input);
  });
  stdin.on('data', read);
  for (const event of ['end', 'close', 'error'] as const) {
    stdin.on(event, () => {
      hasEnded = true;
      receiver?.onLeave();
    });
  }
  takeTerminal(terminal);
  stdin.resume();
  stdin.unref?.();
  return (next) => {
    receiver = next;
    // Until the keyboard is taken back, waiting for input keeps the program running.
    stdin.ref?.();
    for (const input of typedAhead.splice(0)) next.onInput(input);
    if (hasEnded) next.onLeave();
    return () => {
      if (receiver !== next) return;
      receiver = null;
      stdin.unref?.();
    };
  };
}
