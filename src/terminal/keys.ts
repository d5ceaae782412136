import { Readable } from 'node:stream';
import type { KeyReceiver } from './keyboard.ts';
import type { Input } from './paste.ts';

/**
 * What the person types while one question stands, in the form in which node:readline reads a terminal. It is no
 * terminal (`isTTY`) to @inquirer/core, which drops what a terminal sends before the question is drawn.
 */
export class Keys extends Readable implements KeyReceiver {
  readonly onEnd: () => void;

  /** `onEnd` is called when no more can come: stdin ended, or Ctrl-D on an empty line made readline close. */
  constructor({ onEnd }: Pick<KeyReceiver, 'onEnd'>) {
    super();
    this.onEnd = onEnd;
  }

  /**
   * A paste is one key to readline: key by key, @inquirer/core would draw the question anew for each character, which
   * takes seconds for a long paste.
   */
  onInput({ kind, text }: Input): void {
    if (kind === 'paste' && this.listenerCount('keypress') > 0) {
      this.emit('keypress', text, { sequence: text, ctrl: false, meta: false, shift: false });
    } else {
      this.emit('data', Buffer.from(text));
    }
  }

  /**
   * readline pauses its input when it closes; @inquirer/core then neither answers nor resumes. Only a closed readline has
   * let go of the `end` event.
   */
  override pause(): this {
    super.pause();
    setImmediate(() => {
      if (this.destroyed) return;
      if (this.listenerCount('end') > 0) this.resume();
      else this.onEnd();
    });
    return this;
  }

  // What is typed is handed on as it comes, never held in the stream.
  override _read(): void {
    return;
  }
}
