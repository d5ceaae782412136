import { canRedraw, isPlain, type Env } from '../ground/env.ts';
import { editSequence, fitting, type DrawnQuestion } from './drawing.ts';
import type { TerminalOutput } from '../ground/io.ts';
import { displayWidth, fill, rowsOf, wrap } from './width.ts';

export const showCursor = '\u001b[?25h';
const hideCursor = '\u001b[?25l';
const narrowest = 40;
const widest = 100;

/** Draws messages, below them the status of the newest wait, and below that the question. */
export class Screen {
  readonly redraws: boolean;
  readonly #stream: TerminalOutput;
  readonly #isPlain: boolean;
  /** The status of each wait, newest last. */
  readonly #statuses = new Map<object, string>();
  #question: DrawnQuestion | null = null;
  /** The rows on the screen from the status to the cursor. */
  #drawn: readonly string[] = [];
  #isHidden = false;
  /** The question on a plain terminal. It is repeated below lines that are printed in the meantime. */
  #appended = '';

  constructor(stream: TerminalOutput, env: Env) {
    this.redraws = canRedraw(env, stream);
    this.#isPlain = isPlain(env);
    this.#stream = stream;
    stream.on('resize', () => this.#draw());
  }

  /** The width to wrap text to; Infinity for a log, which isn't wrapped. */
  get width(): number {
    return this.#stream.isTTY === true ? Math.min(widest, Math.max(narrowest, this.columns)) : Infinity;
  }

  get columns(): number {
    const { columns = 0 } = this.#stream;
    return columns > 0 ? columns : 80;
  }

  /** Leaves one row free, because tmux copies a screen that is erased from its first row into the scrollback. */
  get #height(): number {
    const { rows = 0 } = this.#stream;
    return rows > 0 ? rows - 1 : Infinity;
  }

  /** Prints whole lines above the status and the question. */
  print(lines: string): void {
    this.#draw(`${lines}\n`);
  }

  /** Replaces `owner`'s status, or removes it if `null`. Only for a terminal that `redraws`. */
  setStatus(owner: object, line: string | null): void {
    if (line === null) this.#statuses.delete(owner);
    else this.#statuses.set(owner, line);
    this.#draw();
  }

  showQuestion(question: DrawnQuestion): void {
    this.#question = question;
    this.#draw();
  }

  /** Replaces the question with these lines, by default its own. `null` removes it. A plain terminal keeps it. */
  closeQuestion(lines: string | null = this.#question?.(this.columns).rows.join('\n') ?? null): void {
    if (this.#isPlain) this.#stream.write('\n');
    this.#appended = '';
    this.#question = null;
    this.#draw(lines === null ? '' : `${lines}\n`);
  }

  /** Removes the status and the question before the terminal is returned to the shell. */
  suspend(): void {
    this.#stream.write(this.#appended === '' ? this.#erasure() : '\n');
  }

  /** Draws the status and the question again at the cursor. */
  resume(): void {
    this.#drawn = [];
    this.#appended = '';
    this.#draw();
  }

  /** Prints text in place of the status, and draws the status and the question below it. */
  #draw(printed = ''): void {
    if (this.#isPlain) {
      this.#append(printed);
      return;
    }
    const erasure = this.#erasure();
    const status = this.#status();
    const question = this.#question?.(this.columns) ?? { rows: [''], cursor: [0, 0] };
    const { rows, cursor } = fitting(question, this.columns, this.#height - status.length);
    // A hidden cursor is at the end, where xterm.js keeps track of it after rewrapping the other rows.
    const [row, column] = cursor ?? [rows.length - 1, displayWidth(rows.at(-1) ?? '')];
    const above = [...status, ...rows.slice(0, row)];
    const up = rowsOf(rows.slice(row + 1), this.columns);
    const wasHidden = this.#isHidden;
    this.#isHidden = cursor === null;
    this.#drawn = this.#question === null && above.length === 0 ? [] : [...above, ' '.repeat(column + 1)];
    const move = this.#question === null ? '' : `${up > 0 ? `\u001b[${String(up)}A` : ''}\u001b[${String(column + 1)}G`;
    const end = this.#isHidden ? hideCursor : wasHidden ? showCursor + move : move;
    this.#stream.write(erasure + printed + [...status, ...rows].join('\n') + end);
  }

  #append(printed: string): void {
    const before = this.#appended;
    this.#appended = this.#question?.(this.columns).rows.join('\n') ?? '';
    if (printed === '') this.#stream.write(editSequence(before, this.#appended, this.#stream.columns));
    else this.#stream.write(before === '' ? printed : `\n${printed}${this.#appended}`);
  }

  /** The newest status, cut to leave one row for a question. */
  #status(): readonly string[] {
    const width = this.columns - 1;
    const lines = [...this.#statuses.values()].slice(-1).flatMap((text) => text.split('\n'));
    const rows = lines.flatMap((line) => wrap(line, width)).flatMap((line) => fill(line, width));
    return rows.slice(0, Math.max(0, this.#height - 1));
  }

  /** Returns the sequence that erases everything drawn, including the rows added when the terminal became narrower. */
  #erasure(): string {
    if (this.#drawn.length === 0) return '';
    const up = rowsOf(this.#drawn, this.columns) - 1;
    return `${up > 0 ? `\u001b[${String(up)}A` : ''}\r\u001b[J`;
  }
}
