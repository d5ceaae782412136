import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { displayWidth, fill, rowsOf, wrap } from './width.ts';

/** A question's rows and the cursor's position in them. `null` hides the cursor. */
export interface Drawing {
  readonly rows: readonly string[];
  readonly cursor: readonly [row: number, column: number] | null;
  /** The row that must be visible; by default the cursor's, or the last one if there is no cursor. */
  readonly selected?: number;
}

export type DrawnQuestion = (columns: number) => Drawing;

/** A line that is being typed. `cursor` is the index of the character under the cursor. */
export interface Line {
  readonly text: string;
  readonly cursor: number;
}

export const emptyLine: Line = { text: '', cursor: 0 };

/** Keeps only the rows around the selected one that fit in `height`, because rows that scroll off can't be redrawn. */
export function cropToHeight(drawing: Drawing, columns: number, height: number): Drawing {
  const { rows, cursor } = drawing;
  const { selected = cursor?.[0] ?? rows.length - 1 } = drawing;
  const heights = rows.map((row) => rowsOf([row], columns));
  let excess = heights.reduce((sum, each) => sum + each, -height);
  let [from, to] = [0, rows.length];
  while (excess > 0 && to - from > 1) {
    const dropped = selected - from > to - 1 - selected ? from++ : --to;
    excess -= heights[dropped] ?? 0;
  }
  const [row, column] = cursor ?? [-1, 0];
  return { rows: rows.slice(from, to), cursor: row < from || row >= to ? null : [row - from, column] };
}

/** Draws a question: the typed line follows `lead`, and wraps at any character as a terminal does. */
export function drawQuestion(lead: string, line: Line, below: readonly string[], columns: number): Drawing {
  const above = [...wrap(lead, columns - 2)];
  const last = `${above.pop() ?? ''} `;
  const from = displayWidth(last);
  const before = fill(sanitizeForTerminal(line.text.slice(0, line.cursor)), columns, from);
  const typed = fill(sanitizeForTerminal(line.text), columns, from);
  const column = displayWidth(before.at(-1) ?? '') + (before.length === 1 ? from : 0);
  const isFull = column >= columns;
  const row = above.length + before.length - (isFull ? 0 : 1);
  if (isFull && typed.length === before.length) typed.push('');
  const [first = '', ...rest] = typed;
  const rows = [...above, last + first, ...rest, ...below.flatMap((text) => wrap(text, columns - 1))];
  return { rows, cursor: [row, isFull ? 0 : column] };
}

/**
 * Returns output that changes `before` to `after` on a terminal that can only append. Repeats all of it if a row above
 * the last one changes, because a backspace can't move there. Some terminals report 0 columns or none.
 */
export function editSequence(before: string, after: string, columns = 0): string {
  const [shown, wanted] = [Array.from(before), Array.from(after)];
  const changed = shown.findIndex((character, index) => character !== wanted[index]);
  const kept = changed < 0 ? shown.length : changed;
  const erased = displayWidth(shown.slice(kept).join(''));
  const column = displayWidth(before.split('\n').at(-1) ?? '') % (columns > 0 ? columns : Infinity);
  return erased > column ? `\n${after}` : '\b \b'.repeat(erased) + wanted.slice(kept).join('');
}
