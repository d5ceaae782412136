import { breakLine, displayWidth, wrap } from './width.ts';

/** What a question shows now, and where in it the cursor stands. */
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
 * Reads what @inquirer/core 12 writes for a question, each in one piece (its `screen-manager.js`): a frame that is drawn
 * over the last one, a move of the cursor in the row, or the end, which keeps the last frame or takes it away.
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

/** A word that is wider than the screen is broken as the terminal breaks it. */
const breakAtSpaces = (line: string, columns: number): readonly string[] =>
  displayWidth(line) <= columns ? [line] : wrap(line, columns).flatMap((row) => breakLine(row, columns));

/**
 * The frame with those lines broken that are wider than the screen is now: at spaces, but for the cursor's line, where
 * each character stands where the terminal puts it.
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
 * How many rows stand above the cursor's: lines that were drawn on a wider screen were broken by the terminal since. The
 * cursor's own is not counted as broken, because terminals differ there, and it is better to leave a row than to erase
 * one that is not the frame's.
 */
export function rowsAbove({ body, below }: Frame, columns: number): number {
  const lines = body.split('\n');
  const above = lines.slice(0, lines.length - 1 - below);
  return above.reduce((rows, line) => rows + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
}

/** What draws the frame anew from the beginning of an empty row. */
export function draw({ body, below, column }: Frame): string {
  return `${body}${below > 0 ? `\u001b[${String(below)}A` : ''}\u001b[${String(column)}G`;
}
