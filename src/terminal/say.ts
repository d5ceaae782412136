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

/** The spaces and the list mark in front of a text: its later lines begin after them. */
const listMark = /^ *(?:(?:\d+\.|[-•]) +)?/u;

/** Speaks to the person: wrapped to a terminal's width; in a log, one line for each text. */
export function makeSay({ screen, paint, glyphs, clock }: SaySettings): Say {
  const shown = (text: string): string => typeset(sanitizeForTerminal(text), glyphs);
  const print = (lead: string, text: string, look = (line: string): string => line): void => {
    const hang = displayWidth(lead);
    const lines = screen.width === null ? [text] : wrap(text, screen.width - hang);
    screen.print(lines.map((line, index) => (index === 0 ? lead : ' '.repeat(hang)) + look(line)).join('\n'));
  };
  const printText = (indent: string, text: string, look?: (line: string) => string): void => {
    const lead = listMark.exec(shown(text))?.[0] ?? '';
    print(indent + lead, shown(text).slice(lead.length), look);
  };
  return {
    heading: (text, progress) => {
      const { step, of } = progress ?? {};
      const lead = progress === undefined ? '' : paint.dim(shown(`Step ${String(step)} of ${String(of)} · `));
      screen.print('');
      print(lead, shown(text), paint.bold);
    },
    line: (text = '') => {
      printText('', text);
    },
    instruction: (text) => {
      printText('  ', text);
    },
    hint: (text) => {
      printText('  ', text, paint.dim);
    },
    value: (text) => {
      screen.print(sanitizeForTerminal(text));
    },
    copy: (text, note) => {
      const value = sanitizeForTerminal(text);
      const beside = note === undefined ? '' : `  ${paint.dim(shown(note))}`;
      // A value that fills the row starts at its beginning, so that selecting it takes no spaces along.
      const fits = displayWidth(`  ${value}${beside}`) <= screen.columns;
      screen.print(fits ? `  ${paint.cyan(value)}${beside}` : paint.cyan(value));
      if (!fits && note !== undefined) screen.print(beside);
    },
    done: (text) => {
      print(`${paint.green(glyphs.pass)} `, shown(text));
    },
    warn: (text) => {
      print(`${paint.yellow(glyphs.warn)} `, shown(text));
    },
    fail: (text) => {
      print(`${paint.red(glyphs.fail)} `, shown(text));
    },
    wait: (text) => showStatus({ screen, clock, lead: glyphs.wait === '' ? '' : `${glyphs.wait} ` }, text, shown),
  };
}
