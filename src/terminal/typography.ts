import type { Glyphs } from './paint.ts';

/** What stands in ASCII for a sign that the program's own texts use. */
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
 * Quotes, dashes and arrows as this terminal shows them. Letters are left as they are: a name from elsewhere is better
 * misread than lost.
 */
export function typeset(text: string, { typographic }: Pick<Glyphs, 'typographic'>): string {
  return typographic ? text : text.replace(signs, (sign) => plain[sign] ?? sign);
}
