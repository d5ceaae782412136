import type { TerminalOutput } from '../ground/streams.ts';
import { displayWidth } from './width.ts';

/** A line to type on if nothing can be redrawn: it is repeated below lines printed meanwhile. */
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
    const erasure = '\b \b'.repeat(displayWidth(this.#typed.slice(kept).join('')));
    this.#stream.write(erasure + characters.slice(kept).join(''));
    this.#typed = characters;
  }

  repeat(): void {
    this.#stream.write(this.#prompt + this.#typed.join(''));
  }
}
