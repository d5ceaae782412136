import type { TerminalOutput } from '../ground/streams.ts';
import { displayWidth } from './width.ts';

/** A line to type on if nothing can be redrawn. It is repeated below lines that are printed meanwhile. */
export class TypedLine {
  readonly #stream: TerminalOutput;
  readonly #prompt: string;
  #typed: readonly string[] = [];

  constructor(stream: TerminalOutput, prompt: string) {
    this.#stream = stream;
    this.#prompt = prompt;
    this.repeat();
  }

  /** Replaces the text shown so far. */
  show(text: string): void {
    const characters = Array.from(text);
    const changed = this.#typed.findIndex((character, index) => character !== characters[index]);
    const kept = changed < 0 ? this.#typed.length : changed;
    const erased = displayWidth(this.#typed.slice(kept).join(''));
    // Some terminals report no width, or 0.
    const { columns = 0 } = this.#stream;
    const width = columns > 0 ? columns : Infinity;
    const column = displayWidth((this.#prompt + this.#typed.join('')).split('\n').at(-1) ?? '') % width;
    this.#typed = characters;
    if (erased <= column) {
      this.#stream.write('\b \b'.repeat(erased) + characters.slice(kept).join(''));
    } else {
      // A backspace doesn't move to the row above.
      this.#stream.write('\n');
      this.repeat();
    }
  }

  repeat(): void {
    this.#stream.write(this.#prompt + this.#typed.join(''));
  }
}
