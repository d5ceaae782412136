import type { Clock, Say } from '../ground/io.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Glyphs, Paint } from './paint.ts';
import type { Screen } from './screen.ts';
import { showStatus } from './status.ts';
import { typeset } from './typography.ts';
import { displayWidth, wrap } from './width.ts';

export interface SaySettings {
  readonly screen: Screen;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
}

/** Tells the person on a terminal, wrapped to its width, or in a log, one line for each thing said. */
export function makeSay({ screen, paint, glyphs, clock }: SaySettings): Say {
  const shown = (text: string): string => typeset(sanitizeForTerminal(text), glyphs);
  const marked = (mark: string, colour: (text: string) => string, text: string): void => {
    const indent = ' '.repeat(displayWidth(mark) + 1);
    const [first = '', ...rest] = wrapped(indent + shown(text));
    screen.print([`${colour(mark)} ${first.slice(indent.length)}`, ...rest].join('\n'));
  };
  const wrapped = (text: string): readonly string[] => {
    const { width } = screen;
    return width === null ? [text] : wrap(text, width);
  };
  const wait = glyphs.wait === '' ? '' : `${glyphs.wait} `;
  return {
    heading: (text) => {
      screen.print(
        `\n${wrapped(shown(text))
          .map((line) => paint.bold(line))
          .join('\n')}`,
      );
    },
    line: (text = '') => {
      screen.print(wrapped(shown(text)).join('\n'));
    },
    value: (text) => {
      screen.print(sanitizeForTerminal(text));
    },
    done: (text) => {
      marked(glyphs.pass, paint.green, text);
    },
    warn: (text) => {
      marked(glyphs.warn, paint.yellow, text);
    },
    fail: (text) => {
      marked(glyphs.fail, paint.red, text);
    },
    wait: (text) => showStatus({ screen, clock, lead: wait }, text, shown),
  };
}
