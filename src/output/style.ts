import type { Glyphs } from '../terminal/glyphs.ts';
import type { Paint } from '../terminal/paint.ts';

/** How text is set for where it is shown: colours and glyphs, or neither. */
export interface Style {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
}
