const second = { size: 1_000, name: 'second' };
const units = [
  { size: 365 * 86_400_000, name: 'year' },
  { size: 86_400_000, name: 'day' },
  { size: 3_600_000, name: 'hour' },
  { size: 60_000, name: 'minute' },
  second,
];

/** A span of milliseconds in its largest unit, rounded down: `6 days`; nothing is less than `0 seconds`. */
export function durationInWords(ms: number): string {
  const unit = units.find(({ size }) => ms >= size) ?? second;
  const count = Math.max(0, Math.floor(ms / unit.size));
  return `${String(count)} ${unit.name}${count === 1 ? '' : 's'}`;
}
