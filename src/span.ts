const units: readonly (readonly [number, string])[] = [
  [365 * 86_400_000, 'year'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** A span of milliseconds in its largest unit, rounded down: `6 days`; nothing is less than `0 seconds`. */
export function spanInWords(ms: number): string {
  const [size, unit] = units.find(([unitSize]) => ms >= unitSize) ?? [1_000, 'second'];
  const count = Math.max(0, Math.floor(ms / size));
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}
