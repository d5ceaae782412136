import { rowsOf } from './width.ts';

/** A question's rows, and the cursor's position in them; hidden if `null`. */
export interface Drawing {
  readonly rows: readonly string[];
  readonly cursor: readonly [row: number, column: number] | null;
  /** The row that must be visible; that of the cursor if omitted. */
  readonly selected?: number;
}

/** A question as it is drawn on a terminal with this many columns. */
export type DrawnQuestion = (columns: number) => Drawing;

/** The part around the selected row that fits into `height` rows. What has scrolled off the screen can't be redrawn. */
export function fitting(drawing: Drawing, columns: number, height: number): Drawing {
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
