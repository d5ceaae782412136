import { Readable } from 'node:stream';
import type { Input } from './input-reader.ts';

export type Typed = Exclude<Input, { kind: 'control' }>;

/**
 * The keys typed while one question is open, as the input stream of node:readline. It isn't a TTY, because
 * @inquirer/core drops a TTY's input from before the question is drawn.
 */
export class Keys extends Readable {
  /** Whether the person left, even right after the answer. */
  hasLeft = false;
  readonly #end: () => void;

  /** `end` is called when the question can no longer be answered: the person left, or readline closed. */
  constructor(end: () => void) {
    super();
    this.#end = end;
  }

  /** The person leaves: Ctrl-C, or the input has ended. */
  onLeave(): void {
    this.hasLeft = true;
    this.#end();
  }

  /** A paste is one key to readline, so that the question isn't redrawn for each of its characters. */
  onInput({ kind, text }: Typed): void {
    if (kind === 'paste' && this.listenerCount('keypress') > 0) {
      this.emit('keypress', text, { sequence: text, ctrl: false, meta: false, shift: false });
    } else {
      this.emit('data', Buffer.from(text));
    }
  }

  /**
   * readline pauses its input when it closes: after the answer, when this has no effect, and on Ctrl-D in an empty
   * line, which @inquirer/core ignores.
   */
  override pause(): this {
    this.#end();
    return super.pause();
  }

  // Input is emitted as it arrives and never buffered in the stream.
  override _read(): void {
    return;
  }
}
