import { Writable } from 'node:stream';
import { draw, readDrawing, rowsAbove, type Frame } from './frame.ts';
import { canRedraw, type Env, type TerminalOutput } from './streams.ts';
import { truncate } from './width.ts';

const narrowest = 40;
const widest = 100;

/**
 * The one writer to the terminal. At its bottom stand, if they are there, a status line and under it a question; what is
 * printed comes above both, so that a wait, a question and news share the screen.
 */
export class Screen {
  /** Whether lines may be drawn over. */
  readonly redraws: boolean;
  readonly #stream: TerminalOutput;
  readonly #ellipsis: string;
  #status: string | null = null;
  #question: Frame | null = null;
  #typedLine: string | null = null;

  /** `ellipsis` marks a status line that is cut. */
  constructor({ stream, env, ellipsis }: { stream: TerminalOutput; env: Env; ellipsis: string }) {
    this.redraws = canRedraw(env, stream);
    this.#stream = stream;
    this.#ellipsis = ellipsis;
  }

  /** Columns to wrap text to; `null`: a log, which is not wrapped. */
  get width(): number | null {
    return this.#stream.isTTY === true ? Math.min(widest, Math.max(narrowest, this.#columns)) : null;
  }

  get #columns(): number {
    const { columns = 0 } = this.#stream;
    return columns > 0 ? columns : 80;
  }

  /** Prints whole lines for good. */
  print(lines: string): void {
    if (this.#typedLine === null) this.#redraw(() => `${lines}\n`);
    else this.#stream.write(`\n${lines}\n${this.#typedLine}`);
  }

  /** A line on which something is typed, where nothing is drawn over: begun again under what is printed meanwhile. */
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

  /** Sends the terminal what shows nothing. */
  control(sequence: string): void {
    this.#stream.write(sequence);
  }

  /** Shows the status line in place of the last one, cut to fit; `null` takes it away. Only where `redraws`. */
  setStatus(line: string | null): void {
    this.#redraw(() => {
      this.#status = line;
      return '';
    });
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
    return Object.defineProperty(stream, 'columns', { get: () => this.#columns });
  }

  /** Takes away what stands at the bottom, changes it, prints what the change returns, and draws the bottom anew. */
  #redraw(change: () => string): void {
    const before = this.#erased();
    const printed = change();
    this.#stream.write(before + printed + this.#drawn());
  }

  #erased(): string {
    if (this.#question === null) return this.#status === null ? '' : '\r\u001b[2K';
    const rows = rowsAbove(this.#question) + (this.#status === null ? 0 : 1);
    return `${rows > 0 ? `\u001b[${String(rows)}A` : ''}\r\u001b[J`;
  }

  #drawn(): string {
    const status = this.#status === null ? '' : truncate(this.#status, this.#columns - 1, this.#ellipsis);
    if (this.#question === null) return status;
    return `${this.#status === null ? '' : `${status}\n`}${draw(this.#question)}`;
  }

  #show(drawing: string): void {
    const read = readDrawing(drawing);
    if (read?.kind === 'end') {
      this.#redraw(() => {
        const last = read.kept && this.#question !== null ? `${this.#question.body}\n` : '';
        this.#question = null;
        return `${last}\u001b[?25h`;
      });
      return;
    }
    const isFirst = this.#question === null && read?.kind === 'frame';
    this.#stream.write(isFirst && this.#status !== null ? `\n${drawing}` : drawing);
    if (read?.kind === 'frame') this.#question = read.frame;
    else if (read !== null && this.#question !== null) this.#question = { ...this.#question, column: read.column };
  }
}
