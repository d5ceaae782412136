import type { TerminalOutput } from '../ground/streams.ts';
import { displayWidth } from './width.ts';

/** A line to type on, where nothing is drawn over: it is repeated below what is printed meanwhile. */
export class TypedLine {
  readonly #stream: TerminalOutput;
  readonly #prompt: string;
  #typed: readonly string[] = [];

  constructor(stream: TerminalOutput, prompt: string) {
    this.#stream = stream;
    this.#prompt = prompt;
    this.repeat();
  }

  /** Shows what was typed in place of what was typed before. */
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
