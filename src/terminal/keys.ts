import { Readable } from 'node:stream';
import type { KeyReceiver } from './keyboard.ts';

/**
 * What the person types while one question is open, as the input stream of node:readline. It is not a TTY, because
 * @inquirer/core drops what a TTY sends before the question is drawn.
 */
export class Keys extends Readable implements KeyReceiver {
  /** Whether the person left, even right after the answer. */
  hasLeft = false;
  readonly #end: () => void;

  /** `end` is called when the question cannot be answered any more: the person left, or readline closed. */
  constructor(end: () => void) {
    super();
    this.#end = end;
  }

  onLeave(): void {
    this.hasLeft = true;
    this.#end();
  }

  /**
   * A paste is one key to readline: key by key, @inquirer/core would draw the question again for each character, which
   * takes seconds for a long paste.
   */
  onInput({ kind, text }: Parameters<KeyReceiver['onInput']>[0]): void {
    if (kind === 'paste' && this.listenerCount('keypress') > 0) {
      this.emit('keypress', text, { sequence: text, ctrl: false, meta: false, shift: false });
    } else {
      this.emit('data', Buffer.from(text));
    }
  }

  /**
   * readline pauses its input when it closes, as it does on Ctrl-D in an empty line; @inquirer/core then neither answers
   * nor resumes. Only a closed readline has removed its listener for `end`.
   */
  override pause(): this {
    super.pause();
    setImmediate(() => {
      if (this.destroyed) return;
      if (this.listenerCount('end') > 0) this.resume();
      else this.#end();
    });
    return this;
  }

  // Input is emitted as it comes and never buffered in the stream.
  override _read(): void {
    return;
  }
}
