/** Below this a number is a duration: as a moment it would lie before September 2001. */
const smallestMoment = 1e9;
const fiftyYears = 50 * 365.25 * 24 * 60 * 60 * 1000;

/**
 * When a token ends, in milliseconds since 1970; `null` when that is more than fifty years off (a real refresh token
 * ended in the year 2124); `undefined` when `value` is not a time. TikTok Shop's `*_expire_in` are absolute Unix
 * seconds, whatever the name says; a small number is taken for a duration from now. A string of digits counts as a
 * number.
 *
 * Source: TikTok Shop Partner Center docs, "Get access token".
 */
export function readExpiry(value: unknown, now: number): number | null | undefined {
  const seconds = typeof value === 'string' && /^\d{1,400}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || Number.isNaN(seconds) || seconds < 0) return undefined;
  const end = seconds < smallestMoment ? now + seconds * 1000 : seconds * 1000;
  return end > farthestEnd(now) ? null : Math.floor(end);
}

/** The end that stands for "later than anybody asks" where there has to be one. */
export function farthestEnd(now: number): number {
  return now + fiftyYears;
}
