const units = [
  { name: 'year', ms: 365 * 86_400_000 },
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const;

/** `1 profile`, `3 profiles` */
export const counted = (count: number, noun: string, shown = String(count)): string =>
  `${shown} ${noun}${count === 1 ? '' : 's'}`;

/** Puts a duration in milliseconds into words, in its largest unit, rounded down: `6 days`; at least `0 seconds`. */
export function durationInWords(ms: number): string {
  const unit = units.find((each) => ms >= each.ms) ?? { name: 'second', ms: 1_000 };
  return counted(Math.max(0, Math.floor(ms / unit.ms)), unit.name);
}

/** Lists up to six names, or the first five of more: `a, b, c, d, e and 95 more`. */
export const fewOf = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${String(names.length - 5)} more` : names.join(', ');

export const keyFileProtection = 'protects copies of the store, but any program that you run can read the key';
