import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Glyphs } from './glyphs.ts';

/** The ASCII form of each special character in the program's own texts. */
const plain: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '·': '-',
  '•': '*',
  '→': '->',
  '…': '...',
  '↑↓': 'up/down',
  '⏎': 'enter',
};

const signs = new RegExp(Object.keys(plain).join('|'), 'gu');

/**
 * Quotes, dashes and arrows as this terminal can show them. Letters are unchanged: a garbled name is better than a
 * missing one.
 */
export function typeset(text: string, { typographic }: Pick<Glyphs, 'typographic'>): string {
  return typographic ? text : text.replace(signs, (sign) => plain[sign] ?? sign);
}

/** One line of any text, as this terminal can show it. */
export function readable(text: string, glyphs: Glyphs): string {
  return typeset(sanitizeForTerminal(text), glyphs);
}
