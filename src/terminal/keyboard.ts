import { Readable } from 'node:stream';
import { InputReader, type Input } from './input-reader.ts';
import { takeTerminal, watchJobControl, type Terminal } from './terminal-mode.ts';

type Typed = Exclude<Input, { kind: 'control' }>;

/** One question's input for node:readline. If it were a TTY, @inquirer/core would drop input until it has drawn. */
export class Keys extends Readable {
  /** Whether the user left, even right after answering. */
  hasLeft = false;
  readonly #end: () => void;

  /** `end` is called when the user leaves or readline closes, even after the answer. */
  constructor(end: () => void) {
    // Input is emitted as it arrives and never buffered in the stream.
    super({ read: () => undefined });
    this.#end = end;
    // readline pauses its input when it closes: after the answer, and on Ctrl-D, which @inquirer/core doesn't handle.
    this.on('pause', end);
  }

  /** Called on Ctrl-C and when the input ends. */
  onLeave(): void {
    this.hasLeft = true;
    this.#end();
  }

  /** Passes a paste to readline as one key, so that the question isn't redrawn for each character. */
  onInput({ kind, text }: Typed): void {
    if (kind === 'paste' && this.listenerCount('keypress') > 0) {
      this.emit('keypress', text, { sequence: text, ctrl: false, meta: false, shift: false });
    } else {
      this.emit('data', Buffer.from(text));
    }
  }
}

/**
 * The only reader of the terminal, from the first question until the program ends. Stays in raw mode between questions,
 * because otherwise the terminal would show what is typed ahead, even a secret.
 */
export class Keyboard {
  readonly #terminal: Terminal;
  readonly #onControlKey: ReturnType<typeof watchJobControl>;
  #receiver: Keys | null = null;
  #typedAhead: Typed[] = [];
  #ended = false;

  constructor(terminal: Terminal) {
    const { stdin } = terminal.ownProcess;
    this.#terminal = terminal;
    this.#onControlKey = watchJobControl(terminal);
    const reader = new InputReader((input) => this.#take(input));
    stdin.on('data', (chunk: Buffer) => reader.read(chunk));
    for (const event of ['end', 'close', 'error'] as const) {
      stdin.on(event, () => {
        this.#ended = true;
        this.#receiver?.onLeave();
      });
    }
    takeTerminal(terminal);
    stdin.resume();
    stdin.unref?.();
  }

  /** Passes text typed ahead and all further input to a question, and keeps the program running for it. */
  giveTo(receiver: Keys): void {
    this.#receiver = receiver;
    this.#terminal.ownProcess.stdin.ref?.();
    for (const input of this.#typedAhead.splice(0)) receiver.onInput(input);
    if (this.#ended) receiver.onLeave();
  }

  /** Keeps further input for the next question, without keeping the program running. */
  takeFrom(receiver: Keys): void {
    if (this.#receiver !== receiver) return;
    this.#receiver = null;
    this.#terminal.ownProcess.stdin.unref?.();
  }

  #take(input: Input): void {
    if (input.kind === 'control') {
      if (input.key === 'SIGINT' && this.#receiver !== null) this.#receiver.onLeave();
      else this.#onControlKey(input.key);
    } else if (this.#receiver === null) {
      this.#typedAhead.push(input);
    } else {
      this.#receiver.onInput(input);
    }
  }
}
