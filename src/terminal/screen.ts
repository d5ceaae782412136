import type { Env } from '../ground/env.ts';
import { Writable } from 'node:stream';
import { draw, fit, readDrawing, rowsAbove, settled, type Frame } from './frame.ts';
import type { TerminalOutput } from '../ground/streams.ts';
import { canRedraw } from './streams.ts';
import { displayWidth, truncate, wrap } from './width.ts';

const narrowest = 40;
const widest = 100;
/** The width that @inquirer/core is given: no line is too long for it. */
const unbroken = 100_000;
/** The most rows a status takes; the rest is cut. */
const statusRows = 3;

/**
 * The only writer to the terminal. The status and, below it, the question are always at the bottom; what is printed goes
 * above both, so that a wait, a question and news share the screen.
 */
export class Screen {
  /** Whether lines may be drawn over. */
  readonly redraws: boolean;
  readonly #stream: TerminalOutput;
  readonly #ellipsis: string;
  /** The status of each wait, the newest last. */
  readonly #statuses = new Map<object, string>();
  #question: Frame | null = null;
  /** The status and the question as they were last drawn. */
  #bottom: Frame | null = null;
  #typedLine: string | null = null;

  /** `ellipsis` marks a status line that is cut. */
  constructor({ stream, env, ellipsis }: { stream: TerminalOutput; env: Env; ellipsis: string }) {
    this.redraws = canRedraw(env, stream);
    this.#stream = stream;
    this.#ellipsis = ellipsis;
    stream.on('resize', () => {
      if (this.#bottom !== null) this.#redraw(() => '');
    });
  }

  /** Columns to wrap text to; `null` for a log, which is not wrapped. */
  get width(): number | null {
    return this.#stream.isTTY === true ? Math.min(widest, Math.max(narrowest, this.columns)) : null;
  }

  get columns(): number {
    const { columns = 0 } = this.#stream;
    return columns > 0 ? columns : 80;
  }

  /** Prints whole lines above the status and the question. */
  print(lines: string): void {
    if (this.#typedLine === null) this.#redraw(() => `${lines}\n`);
    else this.#stream.write(`\n${lines}\n${this.#typedLine}`);
  }

  /** A line to type on, where nothing is drawn over: it is repeated below what is printed meanwhile. */
  openLine(text: string): { write(more: string): void; close(): void } {
    const write = (more: string): void => {
      this.#typedLine = (this.#typedLine ?? '') + more;
      this.#stream.write(more);
    };
    write(text);
    return {
      write,
      close: () => {
        this.#typedLine = null;
        this.#stream.write('\n');
      },
    };
  }

  /** Sends the terminal a sequence that shows nothing. */
  control(sequence: string): void {
    this.#stream.write(sequence);
  }

  /** Replaces `owner`'s status; `null` removes it. The newest wait is the one that shows. Only where `redraws`. */
  setStatus(owner: object, line: string | null): void {
    this.#redraw(() => {
      if (line === null) this.#statuses.delete(owner);
      else this.#statuses.set(owner, line);
      return '';
    });
  }

  /** Removes the status and the question before the shell gets the terminal. */
  suspend(): void {
    this.#stream.write(this.#typedLine === null ? this.#erased() : '\n');
    this.#bottom = null;
  }

  /** Draws them again from where the cursor is now. */
  resume(): void {
    this.#stream.write(this.#typedLine ?? this.#drawn());
  }

  /** Where @inquirer/core draws one question. */
  openQuestion(): Writable {
    const stream = new Writable({
      decodeStrings: false,
      write: (drawing: string | Buffer, _encoding, done) => {
        this.#show(drawing.toString());
        done();
      },
    });
    // Lines are broken by `fit`: @inquirer/core would break them within words.
    return Object.assign(stream, { columns: unbroken });
  }

  /** Erases the bottom, changes it, prints what `change` returns, and draws the bottom again. */
  #redraw(change: () => string): void {
    const before = this.#erased();
    const printed = change();
    this.#stream.write(before + printed + this.#drawn());
  }

  #erased(): string {
    if (this.#bottom === null) return '';
    const rows = rowsAbove(this.#bottom, this.columns);
    return `${rows > 0 ? `\u001b[${String(rows)}A` : ''}\r\u001b[J`;
  }

  #drawn(): string {
    this.#bottom = this.#arranged();
    return this.#bottom === null ? '' : draw(this.#bottom);
  }

  /** The status line, and under it the question. */
  #arranged(): Frame | null {
    const { columns } = this;
    const latest = [...this.#statuses.values()].at(-1);
    const status = latest === undefined ? [] : this.#rowsOf(latest);
    const question = this.#question === null ? null : fit(this.#question, columns);
    if (question !== null) return { ...question, body: [...status, question.body].join('\n') };
    const last = status.at(-1);
    return last === undefined ? null : { body: status.join('\n'), below: 0, column: displayWidth(last) + 1 };
  }

  #rowsOf(status: string): readonly string[] {
    const room = this.columns - 1;
    const rows = status.split('\n').flatMap((line) => wrap(line, room));
    const last = truncate(rows.slice(statusRows - 1).join(' '), room, this.#ellipsis);
    return rows.length <= statusRows
      ? rows.map((row) => truncate(row, room, this.#ellipsis))
      : [...rows.slice(0, statusRows - 1), last];
  }

  #show(drawing: string): void {
    const read = readDrawing(drawing);
    if (read?.kind === 'end') {
      this.#redraw(() => {
        const last = read.kept && this.#question !== null ? `${settled(this.#question, this.columns)}\n` : '';
        this.#question = null;
        return `${last}\u001b[?25h`;
      });
      return;
    }
    if (read?.kind === 'frame') {
      this.#redraw(() => {
        this.#question = read.frame;
        return '';
      });
      return;
    }
    if (read === null || this.#question === null) {
      this.#stream.write(drawing);
      return;
    }
    const moved = { ...this.#question, column: read.column };
    if (Math.max(moved.column, this.#question.column) > this.columns) {
      // In a line of several rows the cursor may have moved to another row.
      this.#redraw(() => {
        this.#question = moved;
        return '';
      });
      return;
    }
    this.#stream.write(drawing);
    this.#question = moved;
    this.#bottom = this.#arranged();
  }
}
