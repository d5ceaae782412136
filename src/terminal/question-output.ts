import { Writable } from 'node:stream';
import { rowsOf } from './width.ts';

/**
 * Marks where a question begins in a drawing of @inquirer/core, behind the sequences that erase the last one, and again
 * where what is below the cursor begins. It ends a hyperlink that was never begun, so it would show nothing.
 */
export const partMark = '\u001b]8;;\u0007';

/** The screen, as far as an open question needs it. */
export interface QuestionPlace {
  readonly columns: number;
  /** Whether the shell has the terminal, so that nothing may be drawn. */
  readonly isSuspended: boolean;
  /** Runs `erase`, which ends where the question began, and draws the question there. */
  drawQuestion(erase: string, question: string): void;
  /** Erases the question for good and prints what it leaves behind. */
  closeQuestion(erase: string, answer: string): void;
}

/** Where @inquirer/core draws one question. Its prompt must be asked with `clearPromptOnDone`. */
export class QuestionOutput extends Writable {
  readonly #place: QuestionPlace;
  readonly #isKept: () => boolean;
  #redraw: (() => void) | null = null;
  /** The rows down to the cursor's while the question is on the screen, otherwise `null`. */
  #shown: readonly string[] | null = null;
  #hasMoved = false;

  constructor(place: QuestionPlace, isKept: () => boolean) {
    super({ decodeStrings: false });
    this.#place = place;
    this.#isKept = isKept;
  }

  /** For @inquirer/core, which breaks longer lines. */
  get columns(): number {
    return this.#place.columns;
  }

  /** Lets the question be drawn again by `redraw`, until the function that it returns is called. */
  redrawWith(redraw: () => void): () => void {
    this.#redraw = redraw;
    return () => {
      this.#redraw = null;
    };
  }

  /** Draws the question again, at the latest when the key is handled; one that is just ending is drawn by its end. */
  redraw(): void {
    this.#redraw?.();
  }

  /** The shell has written on the screen, so the question is not where it was. */
  forget(): void {
    this.#shown = null;
  }

  override _write(drawing: string, _encoding: BufferEncoding, done: () => void): void {
    const [erase = '', above, below = ''] = drawing.split(partMark);
    if (above !== undefined) this.#draw(this.#reflowed(erase), above, below);
    else if (this.#redraw === null) this.#place.closeQuestion(this.#reflowed(erase), this.#answer());
    else this.#moveCursor();
    done();
  }

  #draw(erase: string, above: string, below: string): void {
    this.#hasMoved = false;
    const { isSuspended } = this.#place;
    this.#shown = isSuspended ? null : above.split('\n');
    this.#place.drawQuestion(erase, isSuspended ? '' : above + below);
  }

  /** @inquirer/core moves the cursor within its row only, and before the key is handled: draw all of it instead. */
  #moveCursor(): void {
    this.#hasMoved = true;
    queueMicrotask(() => {
      if (this.#hasMoved) this.redraw();
    });
  }

  /** What erases the question, with the rows that a terminal made of its lines when it became narrower. */
  #reflowed(erase: string): string {
    if (this.#shown === null) return '';
    const lines = this.#shown.slice(0, -1);
    const more = rowsOf(lines, this.columns) - lines.length;
    return more > 0 ? `${erase}\u001b[${String(more)}A\u001b[J` : erase;
  }

  #answer(): string {
    return this.#isKept() && this.#shown !== null ? `${this.#shown.join('\n')}\n\u001b[J` : '';
  }
}
