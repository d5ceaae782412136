import type { Env } from '../ground/env.ts';
import type { TerminalOutput } from '../ground/streams.ts';
import type { QuestionOutput, QuestionPlace } from './question-output.ts';
import { showCursor } from './restore.ts';
import { canRedraw } from './streams.ts';
import { rowsOf, truncate, wrap } from './width.ts';

const narrowest = 40;
const widest = 100;
/** The most rows a status takes; the rest is cut. */
const statusRows = 3;

/**
 * The only writer to the terminal. The status and, below it, the question are always at the bottom; what is printed goes
 * above both, so that a wait, a question and news share the screen.
 */
export class Screen implements QuestionPlace {
  /** Whether lines may be drawn over. */
  readonly redraws: boolean;
  readonly #stream: TerminalOutput;
  readonly #ellipsis: string;
  /** The status of each wait, the newest last. */
  readonly #statuses = new Map<object, string>();
  /** The rows of the status that are on the screen; the cursor or the question is below them. */
  #status: readonly string[] = [];
  #question: QuestionOutput | null = null;
  /** Lines that are printed when the question is drawn again. */
  #printed = '';
  #isSuspended = false;
  #typedLine: string | null = null;

  /** `ellipsis` marks a status line that is cut. */
  constructor({ stream, env, ellipsis }: { stream: TerminalOutput; env: Env; ellipsis: string }) {
    this.redraws = canRedraw(env, stream);
    this.#stream = stream;
    this.#ellipsis = ellipsis;
    stream.on('resize', () => {
      this.#redraw();
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

  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  /** Prints whole lines above the status and the question. */
  print(lines: string): void {
    if (this.#typedLine !== null) {
      this.#stream.write(`\n${lines}\n${this.#typedLine}`);
      return;
    }
    this.#printed += `${lines}\n`;
    this.#redraw();
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
    if (line === null) this.#statuses.delete(owner);
    else this.#statuses.set(owner, line);
    this.#redraw();
  }

  /** Removes the status and the question before the shell gets the terminal. */
  suspend(): void {
    this.#isSuspended = true;
    if (this.#typedLine === null) this.#redraw();
    else this.#stream.write('\n');
  }

  /** Draws them again from where the cursor is now. */
  resume(): void {
    this.#isSuspended = false;
    this.#status = [];
    this.#question?.forget();
    if (this.#typedLine === null) this.#redraw();
    else this.#stream.write(this.#typedLine);
  }

  /** Shows the next question. */
  openQuestion(question: QuestionOutput): QuestionOutput {
    return (this.#question = question);
  }

  /** Lets the open question be drawn again by `redraw`, until the function that it returns is called. */
  redrawWith(redraw: () => void): (() => void) | undefined {
    return this.#question?.redrawWith(redraw);
  }

  /** Prints what is waiting to be printed where the status was, and draws the status and the question below it. */
  drawQuestion(erase: string, question: string): void {
    const above = rowsOf(this.#status, this.columns);
    const eraseStatus = above === 0 ? '' : `\u001b[${String(above)}A\r\u001b[J`;
    this.#status = this.#isSuspended ? [] : this.#arrangedStatus();
    const status = this.#status.map((row) => `${row}\n`).join('');
    this.#stream.write(erase + eraseStatus + this.#printed + status + question);
    this.#printed = '';
  }

  closeQuestion(erase: string, answer: string): void {
    this.#question = null;
    this.#printed = answer + this.#printed;
    this.drawQuestion(erase, showCursor);
  }

  #redraw(): void {
    if (this.#question === null) this.drawQuestion('', '');
    else this.#question.redraw();
  }

  #arrangedStatus(): readonly string[] {
    const room = this.columns - 1;
    const cut = (row: string): string => truncate(row, room, this.#ellipsis);
    const rows = ([...this.#statuses.values()].at(-1)?.split('\n') ?? []).flatMap((line) => wrap(line, room));
    if (rows.length <= statusRows) return rows.map(cut);
    return [...rows.slice(0, statusRows - 1), cut(rows.slice(statusRows - 1).join(' '))];
  }
}
