import fastStringWidth from 'fast-string-width';

const ascii = /^[ -~]*$/u;

let segmenter: Intl.Segmenter | undefined;

/** Splits text into characters as a reader sees them. Avoids the segmenter if possible: it is slow to create. */
const charactersOf = (text: string): Iterable<string> =>
  ascii.test(text) ? text : Array.from((segmenter ??= new Intl.Segmenter()).segment(text), ({ segment }) => segment);

/** How many terminal columns the text takes. Escape sequences take none. */
export const displayWidth = (text: string): number => (ascii.test(text) ? text.length : fastStringWidth(text));

/** Wraps text at any character into rows of at most `width` columns. The first begins at column `from`. */
export function fill(text: string, width: number, from = 0): string[] {
  const rows = [''];
  let used = from;
  for (const character of charactersOf(text)) {
    used += displayWidth(character);
    if (used > width) {
      rows.push('');
      used = displayWidth(character);
    }
    rows.push((rows.pop() ?? '') + character);
  }
  return rows;
}

/** Wraps text at spaces into lines of at most `width` columns. Keeps the indent, and longer words whole. */
export function wrap(text: string, width: number): readonly string[] {
  const indent = /^ */u.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.slice(indent.length).split(/ /u)) {
    const longer = line === '' ? word : `${line} ${word}`;
    const isFull = line !== '' && displayWidth(indent + longer) > width;
    if (isFull) lines.push(indent + line);
    line = isFull ? word : longer;
  }
  return [...lines, indent + line];
}

/** Wraps a table row within its second column, which begins after at least two spaces. */
export function wrapRow(row: string, width: number): readonly string[] {
  const lead = /^ *(?:\S.*? {2,})?(?=\S)/u.exec(row)?.[0] ?? '';
  const hang = displayWidth(lead);
  if (hang > width / 2) return wrap(row, width);
  const [first = '', ...rest] = wrap(' '.repeat(hang) + row.slice(lead.length), width);
  return [lead + first.slice(hang), ...rest];
}

export const rowsOf = (lines: readonly string[], columns: number): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
