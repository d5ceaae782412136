import { PassThrough } from 'node:stream';
import { makePasteReader } from './paste.ts';
import type { TerminalInput } from './streams.ts';

/** What the person types while one question stands, in the form in which node:readline reads a terminal. */
export class Keys extends PassThrough {
  readonly isTTY: boolean;
  readonly #stdin: TerminalInput;
  readonly #onEnd: () => void;
  readonly #onData: (chunk: Buffer) => void;
  #open = true;

  /** `onEnd` is called when no more can come: stdin ended, or Ctrl-D on an empty line made readline close. */
  constructor(stdin: TerminalInput, onEnd: () => void) {
    super();
    this.isTTY = stdin.isTTY === true;
    this.#stdin = stdin;
    this.#onEnd = onEnd;
    const read = makePasteReader();
    this.#onData = (chunk) => void this.write(read(chunk));
    stdin.on('data', this.#onData);
    for (const event of ['end', 'close', 'error'] as const) stdin.on(event, this.#onEnd);
    stdin.resume();
  }

  setRawMode(raw: boolean): this {
    this.#stdin.setRawMode?.(raw);
    return this;
  }

  /**
   * readline pauses its input when it closes and when it was suspended by Ctrl-Z; @inquirer/core then neither answers
   * nor resumes. Only a closed readline has let go of the `end` event.
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

  /** Lets go of stdin, so that it keeps the program running no longer. */
  release(): void {
    this.#open = false;
    this.#stdin.off('data', this.#onData);
    for (const event of ['end', 'close', 'error'] as const) this.#stdin.off(event, this.#onEnd);
    this.#stdin.pause();
    this.destroy();
  }
}
