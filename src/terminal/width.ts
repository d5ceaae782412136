/** Characters that take two columns (UAX #11: wide and fullwidth) and those that take none. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const none = /[\p{Mn}\p{Me}\u200b-\u200f\ufe0f]/u;

const ascii = /^[ -~]*$/u;

let segmenter: Intl.Segmenter | undefined;

/** Characters as a reader sees them. Most texts need no segmenter, and making one takes milliseconds at every start. */
function* charactersOf(text: string): Iterable<string> {
  if (ascii.test(text)) {
    yield* text;
    return;
  }
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Colours as `paint` sets them and whether the cursor shows; they take no column. */
const sequences = /\u001b\[\??\d+[a-z]/gu;

/** How many columns of a terminal a character, as a reader sees it, takes. */
function columnsOf(character: string): number {
  const parts = Array.from(character);
  if (parts.some((part) => wide.test(part))) return 2;
  return parts.every((part) => none.test(part)) ? 0 : 1;
}

/** How many columns a text takes that has no controls but `sequences`. */
export function displayWidth(text: string): number {
  const uncoloured = text.replace(sequences, '');
  if (ascii.test(uncoloured)) return uncoloured.length;
  let width = 0;
  for (const character of charactersOf(uncoloured)) width += columnsOf(character);
  return width;
}

/** The text in at most `width` columns; what was cut off is marked by `ellipsis`. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(ellipsis);
  let kept = '';
  let used = 0;
  for (const character of charactersOf(text)) {
    used += columnsOf(character);
    if (used > room) break;
    kept += character;
  }
  return room < 0 ? '' : kept + ellipsis;
}

/**
 * Lines of at most `width` columns, broken at spaces. A word that is wider stays whole, so that an address can be copied.
 * The spaces at the text's beginning stand in front of every line.
 */
export function wrap(text: string, width: number): readonly string[] {
  const indent = /^ */u.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.slice(indent.length).split(/ /u)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(indent + longer) > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line];
}

/** A line broken wherever it reaches `width` columns, as a terminal breaks it. */
export function breakLine(line: string, width: number): readonly string[] {
  if (displayWidth(line) <= width) return [line];
  const lines = [''];
  let used = 0;
  const put = (part: string, columns: number): void => {
    if (used + columns > width) {
      lines.push('');
      used = 0;
    }
    lines.push(`${lines.pop() ?? ''}${part}`);
    used += columns;
  };
  for (const part of line.split(/(\u001b\[\??\d+[a-z])/u)) {
    if (part.startsWith('\u001b')) put(part, 0);
    else for (const character of charactersOf(part)) put(character, columnsOf(character));
  }
  return lines;
}

/**
 * A line of a table, wrapped so that its later lines begin where its last column does. Columns are told by two spaces
 * between them.
 */
export function wrapRow(row: string, width: number): readonly string[] {
  const lead = /^ *(?:\S.*? {2,})?(?=\S)/u.exec(row)?.[0] ?? '';
  const hang = displayWidth(lead);
  if (hang > width / 2) return wrap(row, width);
  const [first = '', ...rest] = wrap(' '.repeat(hang) + row.slice(lead.length), width);
  return [lead + first.slice(hang), ...rest];
}
