import type { TerminalOutput } from '../ground/streams.ts';

/** Splits wrapped text into pieces that fit on the screen with a row for a question; one piece without a screen. */
export function screenfuls(
  text: string,
  { isTTY, rows = 0 }: Pick<TerminalOutput, 'isTTY' | 'rows'>,
): readonly string[] {
  const most = rows - 2;
  if (isTTY !== true || most < 1) return [text];
  const lines = text.split('\n');
  const starts = Array.from({ length: Math.ceil(lines.length / most) }, (_, index) => index * most);
  return starts.map((start) => lines.slice(start, start + most).join('\n'));
}
