import type { Glyphs } from '../terminal/glyphs.ts';
import type { Paint } from '../terminal/paint.ts';

/** The colors and glyphs that the output can show. */
export interface Style {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
}

const colors = { pass: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;

type Status = keyof typeof colors;

export const mark = (status: Status, { paint, glyphs }: Style, width = 0): string =>
  paint[colors[status]](glyphs[status].padEnd(width));

/** The width of a column of marks. */
export const markWidth = ({ glyphs: { pass, warn, fail, skip } }: Style): number =>
  Math.max(...[pass, warn, fail, skip].map(({ length }) => length));
