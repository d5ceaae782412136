/**
 * Emulates as much of a terminal's screen as the program uses: tracks the cursor and erasures, keeps every row, and
 * throws on an unknown sequence.
 */
export class VirtualScreen {
  readonly columns: number;
  /** All received output, unchanged. */
  received = '';
  cursorHidden = false;
  marksPastes = false;
  /** Everything put on the clipboard, in order (OSC 52). */
  readonly copied: string[] = [];
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #pending = '';

  constructor(columns = 80) {
    this.columns = columns;
  }

  /** All rows, without trailing spaces or empty rows at the bottom. */
  get rows(): readonly string[] {
    const rows = this.#rows.map((row) =>
      Array.from(row, (cell) => (cell as string | undefined) ?? ' ')
        .join('')
        .trimEnd(),
    );
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
  }

  get text(): string {
    return this.rows.join('\n');
  }

  /** The row and column of the cursor, counted from 0. */
  get cursor(): readonly [row: number, column: number] {
    return [this.#row, this.#column];
  }

  write(text: string): void {
    this.received += text;
    let rest = this.#pending + text;
    this.#pending = '';
    while (rest !== '') {
      const taken = rest.startsWith('\u001b') ? this.#sequence(rest) : this.#character(rest);
      if (taken === 0) {
        this.#pending = rest;
        return;
      }
      rest = rest.slice(taken);
    }
  }

  #character(text: string): number {
    const [character = ''] = text;
    if (character === '\n') this.#moveTo(this.#row + 1, this.#column);
    else if (character === '\r') this.#column = 0;
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (/\p{Cc}/u.test(character))
      throw new Error(`control character ${JSON.stringify(character)} on the terminal`);
    else this.#put(character);
    return character.length;
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#moveTo(this.#row + 1, 0);
    const row = this.#rows[this.#row];
    if (row !== undefined) row[this.#column] = character;
    this.#column += 1;
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.max(0, row);
    this.#column = column;
    while (this.#rows.length <= this.#row) this.#rows.push([]);
  }

  #sequence(text: string): number {
    if (text.startsWith('\u001b]52;c;')) return this.#copy(text);
    const match = /^\u001b\[(\?)?(\d*)([A-Za-z])/u.exec(text);
    if (match === null) {
      if (text.length > 12) throw new Error(`unknown sequence ${JSON.stringify(text.slice(0, 12))}`);
      return 0;
    }
    const [whole, isPrivate, digits = '', kind = ''] = match;
    if (isPrivate !== undefined) this.#setMode(`${digits}${kind}`);
    else this.#control(kind, digits === '' ? undefined : Number(digits));
    return whole.length;
  }

  #copy(text: string): number {
    const end = text.indexOf('\u0007');
    if (end < 0) return 0;
    this.copied.push(Buffer.from(text.slice('\u001b]52;c;'.length, end), 'base64').toString());
    return end + 1;
  }

  #setMode(mode: string): void {
    if (mode === '25l' || mode === '25h') this.cursorHidden = mode === '25l';
    else if (mode === '2004h' || mode === '2004l') this.marksPastes = mode === '2004h';
    else throw new Error(`unknown mode ${mode}`);
  }

  #control(kind: string, count: number | undefined): void {
    const row = this.#rows[this.#row] ?? [];
    switch (kind) {
      case 'A':
        this.#moveTo(this.#row - (count ?? 1), this.#column);
        break;
      case 'B':
        this.#moveTo(this.#row + (count ?? 1), this.#column);
        break;
      case 'G':
        this.#column = (count ?? 1) - 1;
        break;
      case 'K':
        if (count === 2) row.length = 0;
        else row.length = Math.min(row.length, this.#column);
        break;
      case 'J':
        row.length = Math.min(row.length, this.#column);
        this.#rows.length = this.#row + 1;
        break;
      case 'm':
        break;
      default:
        throw new Error(`unknown control sequence ${kind}`);
    }
  }
}
