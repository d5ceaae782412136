import { canRedraw, isPlain, type Env } from '../ground/env.ts';
import { editSequence, cropToHeight, type DrawnQuestion } from './drawing.ts';
import type { TerminalOutput } from '../ground/io.ts';
import { displayWidth, fill, rowsOf, wrap } from './width.ts';

export const showCursor = '\u001b[?25h';
const hideCursor = '\u001b[?25l';
const narrowest = 40;
const widest = 100;

export type Screen = ReturnType<typeof makeScreen>;

/** Draws messages, the status of the newest wait below them, and the question at the bottom. */
export function makeScreen(stream: TerminalOutput, env: Env) {
  const plain = isPlain(env);
  /** The status of each wait, newest last. */
  const statuses = new Map<object, string>();
  let question: DrawnQuestion | null = null;
  /** The rows on the screen from the status to the cursor; on a plain terminal, those of the question. */
  let drawn: readonly string[] = [];
  let isHidden = false;

  // Some terminals report a size of 0.
  const columnsNow = (): number => (stream.columns ?? 0) || 80;
  /** One row stays free, because tmux copies a screen that is erased from its first row into the scrollback. */
  const height = (): number => ((stream.rows ?? 0) || Infinity) - 1;

  /** The newest status, cut to leave one row for a question. */
  const statusRows = (): readonly string[] => {
    const width = columnsNow() - 1;
    const lines = [...statuses.values()].slice(-1).flatMap((text) => text.split('\n'));
    const rows = lines.flatMap((line) => wrap(line, width)).flatMap((line) => fill(line, width));
    return rows.slice(0, Math.max(0, height() - 1));
  };

  /** Returns the sequence that erases everything drawn, even if the terminal became narrower; a line break if plain. */
  const erasure = (): string => {
    if (drawn.length === 0) return '';
    if (plain) return '\n';
    const up = rowsOf(drawn, columnsNow()) - 1;
    return `${up > 0 ? `\u001b[${String(up)}A` : ''}\r\u001b[J`;
  };

  /** On a plain terminal, which can't erase, repeats the question below lines that are printed in the meantime. */
  const append = (printed: string): void => {
    const before = drawn.join('\n');
    const erased = erasure();
    drawn = question?.(columnsNow()).rows ?? [];
    const after = drawn.join('\n');
    stream.write(printed === '' ? editSequence(before, after, stream.columns) : erased + printed + after);
  };

  const redraw = (printed: string): void => {
    const erased = erasure();
    const columns = columnsNow();
    const status = statusRows();
    const drawing = question?.(columns) ?? { rows: [''], cursor: [0, 0] };
    const { rows, cursor } = cropToHeight(drawing, columns, height() - status.length);
    // Put a hidden cursor at the end, where xterm.js still finds it after it rewraps the other rows.
    const [row, column] = cursor ?? [rows.length - 1, displayWidth(rows.at(-1) ?? '')];
    const above = [...status, ...rows.slice(0, row)];
    const up = rowsOf(rows.slice(row + 1), columns);
    const wasHidden = isHidden;
    isHidden = cursor === null;
    drawn = question === null && above.length === 0 ? [] : [...above, ' '.repeat(column + 1)];
    const move = question === null ? '' : `${up > 0 ? `\u001b[${String(up)}A` : ''}\u001b[${String(column + 1)}G`;
    const end = isHidden ? hideCursor : wasHidden ? showCursor + move : move;
    stream.write(erased + printed + [...status, ...rows].join('\n') + end);
  };

  const draw = (printed = ''): void => (plain ? append(printed) : redraw(printed));
  stream.on('resize', () => draw());

  return {
    redraws: canRedraw(env, stream),

    /** The width to wrap text to; Infinity for a log, which isn't wrapped. */
    get width(): number {
      return stream.isTTY === true ? Math.min(widest, Math.max(narrowest, columnsNow())) : Infinity;
    },
    get columns(): number {
      return columnsNow();
    },

    print: (lines: string): void => draw(`${lines}\n`),

    /** Replaces `owner`'s status, or removes it if `null`. Only for a terminal that `redraws`. */
    setStatus: (owner: object, line: string | null): void => {
      if (line === null) statuses.delete(owner);
      else statuses.set(owner, line);
      draw();
    },

    showQuestion: (shown: DrawnQuestion): void => {
      question = shown;
      draw();
    },

    /** Replaces the question with these lines, by default its own. `null` removes it, except on a plain terminal. */
    closeQuestion: (lines = question?.(columnsNow()).rows.join('\n') ?? null): void => {
      if (plain) {
        stream.write(erasure());
        drawn = [];
      }
      question = null;
      draw(lines === null ? '' : `${lines}\n`);
    },

    /** Removes the status and the question before the shell takes over the terminal. */
    suspend: (): unknown => stream.write(erasure()),

    resume: (): void => {
      drawn = [];
      draw();
    },
  };
}
