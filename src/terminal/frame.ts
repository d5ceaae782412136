import { breakLine, displayWidth, wrap } from './width.ts';

/** What a question shows now, and where in it the cursor is. */
export interface Frame {
  readonly body: string;
  /** Rows between the cursor and the last row. */
  readonly below: number;
  /** From 1. */
  readonly column: number;
}

const erase = String.raw`(?:\u001b\[2K(?:\u001b\[1A)?)+\u001b\[G`;
const frame = new RegExp(String.raw`^(?:\u001b\[\d+B)?(${erase})?([^]*?)(?:\u001b\[(\d+)A)?\u001b\[(\d+)G$`, 'u');
const end = new RegExp(String.raw`^(?:\u001b\[\d+B)?(\n|${erase})?\u001b\[G\u001b\[\?25h$`, 'u');

/**
 * Reads one write of @inquirer/core 12 (its `screen-manager.js`): a frame that replaces the last one, a move of the cursor
 * in its row, or the end, which keeps or removes the last frame.
 */
export function readDrawing(
  drawing: string,
): { kind: 'frame'; frame: Frame } | { kind: 'move'; column: number } | { kind: 'end'; kept: boolean } | null {
  const ending = end.exec(drawing);
  if (ending !== null) return { kind: 'end', kept: ending[1] === '\n' };
  const drawn = frame.exec(drawing);
  if (drawn === null) return null;
  const [, erased, body = '', below = '0', column = '1'] = drawn;
  if (erased === undefined && body === '') return { kind: 'move', column: Number(column) };
  return { kind: 'frame', frame: { body, below: Number(below), column: Number(column) } };
}

/** What a question leaves on the screen when it is answered. */
export function settled({ body }: Frame, columns: number): string {
  return body
    .split('\n')
    .flatMap((line) => breakAtSpaces(line, columns))
    .join('\n');
}

/** A word that is wider than the screen is broken where the terminal would break it. */
const breakAtSpaces = (line: string, columns: number): readonly string[] =>
  displayWidth(line) <= columns ? [line] : wrap(line, columns).flatMap((row) => breakLine(row, columns));

/**
 * Breaks the lines that are wider than the screen is now: at spaces, except the cursor's line, which is broken where the
 * terminal would break it.
 */
export function fit({ body, below, column }: Frame, columns: number): Frame {
  const bodyLines = body.split('\n');
  const cursorLine = bodyLines.length - 1 - below;
  const lines = bodyLines.map((line, index) =>
    index === cursorLine ? breakLine(line, columns) : breakAtSpaces(line, columns),
  );
  const rowsBelow = lines.slice(cursorLine + 1).flat().length;
  const cursorRow = Math.floor((column - 1) / columns);
  const rowsInLine = Math.max(lines[cursorLine]?.length ?? 1, cursorRow + 1);
  const padding = Array.from({ length: rowsInLine - (lines[cursorLine]?.length ?? 1) }, () => '');
  const rows = [...lines.slice(0, cursorLine + 1).flat(), ...padding, ...lines.slice(cursorLine + 1).flat()];
  return {
    body: rows.join('\n'),
    below: rowsBelow + rowsInLine - 1 - cursorRow,
    column: ((column - 1) % columns) + 1,
  };
}

/**
 * Counts the rows above the cursor's, including those that the terminal has made of lines drawn on a wider screen. The
 * cursor's own line counts as one row, because terminals differ there and a row left over is better than a foreign row
 * erased.
 */
export function rowsAbove({ body, below }: Frame, columns: number): number {
  const lines = body.split('\n');
  const above = lines.slice(0, lines.length - 1 - below);
  return above.reduce((rows, line) => rows + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
}

/** Draws the frame, from the start of an empty row. */
export function draw({ body, below, column }: Frame): string {
  return `${body}${below > 0 ? `\u001b[${String(below)}A` : ''}\u001b[${String(column)}G`;
}
