import { Readable } from 'node:stream';
import { makePasteReader, type Input } from './paste.ts';
import type { TerminalInput } from './streams.ts';

const ctrlZ = '\u001a';

const ends = ['end', 'close', 'error'] as const;

/**
 * What the person types while one question stands, in the form in which node:readline reads a terminal. The terminal is
 * in raw mode for all of that time: in between two attempts at a secret it would show what is typed.
 */
export class Keys extends Readable {
  readonly isTTY: boolean;
  readonly #stdin: TerminalInput;
  readonly #onEnd: () => void;
  readonly #onStop: () => void;
  readonly #onData: (chunk: Buffer) => void;
  #open = true;

  /**
   * `onEnd` is called when no more can come: stdin ended, or Ctrl-D on an empty line made readline close. `onStop` is
   * called for Ctrl-Z, which readline would obey without leaving the terminal to the shell.
   */
  constructor(stdin: TerminalInput, { onEnd, onStop }: { onEnd: () => void; onStop: () => void }) {
    super();
    this.isTTY = stdin.isTTY === true;
    this.#stdin = stdin;
    this.#onEnd = onEnd;
    this.#onStop = onStop;
    const read = makePasteReader();
    this.#onData = (chunk) => {
      for (const input of read(chunk)) this.#handOn(input);
    };
    stdin.on('data', this.#onData);
    for (const event of ends) stdin.on(event, this.#onEnd);
    stdin.setRawMode?.(true);
    stdin.resume();
  }

  /**
   * A paste is one key to readline: key by key, @inquirer/core would draw the question anew for each character, which
   * takes seconds for a long paste.
   */
  #handOn({ kind, text }: Input): void {
    if (kind === 'paste' && this.listenerCount('keypress') > 0) {
      this.emit('keypress', text, { sequence: text, ctrl: false, meta: false, shift: false });
      return;
    }
    for (const [index, keys] of text.split(ctrlZ).entries()) {
      if (index > 0) this.#onStop();
      if (keys !== '') this.emit('data', Buffer.from(keys));
    }
  }

  /**
   * readline pauses its input when it closes; @inquirer/core then neither answers nor resumes. Only a closed readline has
   * let go of the `end` event.
   */
  override pause(): this {
    super.pause();
    setImmediate(() => {
      if (!this.#open) return;
      if (this.listenerCount('end') > 0) this.resume();
      else this.#onEnd();
    });
    return this;
  }

  /** readline leaves raw mode to be suspended, and when it closes, which alone happens after a pause. */
  setRawMode(raw: boolean): this {
    if (raw || !this.isPaused()) this.#stdin.setRawMode?.(raw);
    return this;
  }

  // What is typed is handed on as it comes, never held in the stream.
  override _read(): void {
    return;
  }

  /** Lets go of stdin, so that it keeps the program running no longer. */
  release(): void {
    this.#open = false;
    this.#stdin.off('data', this.#onData);
    for (const event of ends) this.#stdin.off(event, this.#onEnd);
    this.#stdin.setRawMode?.(false);
    this.#stdin.pause();
    this.destroy();
  }
}
