import { Readable } from 'node:stream';
import type { Input } from './input-reader.ts';

export type Typed = Exclude<Input, { kind: 'control' }>;

/**
 * What the person types while one question is open, as the input stream of node:readline. It is not a TTY, because
 * @inquirer/core drops what a TTY sends before the question is drawn.
 */
export class Keys extends Readable {
  /** Whether the person left, even right after the answer. */
  hasLeft = false;
  readonly #end: () => void;

  /** `end` is called when the question cannot be answered any more: the person left, or readline closed. */
  constructor(end: () => void) {
    super();
    this.#end = end;
  }

  /** The person leaves: Ctrl-C, or no more input can come. */
  onLeave(): void {
    this.hasLeft = true;
    this.#end();
  }

  /** A paste is one key to readline, so that the question is not drawn again for each of its characters. */
  onInput({ kind, text }: Typed): void {
    if (kind === 'paste' && this.listenerCount('keypress') > 0) {
      this.emit('keypress', text, { sequence: text, ctrl: false, meta: false, shift: false });
    } else {
      this.emit('data', Buffer.from(text));
    }
  }

  /**
   * readline pauses its input when it closes: after the answer, when this changes nothing, and on Ctrl-D in an empty line,
   * which @inquirer/core ignores.
   */
  override pause(): this {
    this.#end();
    return super.pause();
  }

  // Input is emitted as it comes and never buffered in the stream.
  override _read(): void {
    return;
  }
}
