/** One measurement and its target, which is the highest value that meets it. */
export interface Row {
  readonly what: string;
  /** NaN if it doesn't run on this Node. */
  readonly value: number;
  readonly unit: string;
  readonly target: number | null;
  readonly note: string;
}

export const row = (what: string, value: number, unit: string, target: number | null, note = ''): Row => ({
  ...{ what, value, unit, target, note },
});

/** Prints the rows as a table. Returns whether every target was met. */
export function printRows(rows: readonly Row[]): boolean {
  print(['what', 'measured', 'target', ''], rows.map(cells));
  return rows.every(({ value, target }) => target === null || value <= target);
}

function cells({ what, value, unit, target, note }: Row): readonly string[] {
  const number = Number.isInteger(value) ? String(value) : value.toFixed(2);
  const measured = Number.isNaN(value) ? 'does not run on this Node' : `${number} ${unit}`.trim();
  if (target === null) return [what, measured, '', note];
  return [what, measured, `≤ ${String(target)}`, [value <= target ? '' : 'MISSED', note].filter(Boolean).join(', ')];
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const lengthIn = (column: number) => (line: readonly string[]) => line[column]?.length ?? 0;
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(lengthIn(column)), 3));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}
