/** Smaller numbers are durations in seconds: as a time, they would be before September 2001. */
const smallestMoment = 1e9;
/** Numbers from here on are in milliseconds: in seconds, they would be after the year 5138. */
const smallestMilliseconds = 1e11;
const largestMilliseconds = 1e14;

const year = 365.25 * 24 * 60 * 60 * 1000;

/**
 * When an access token expires, in milliseconds since 1970; `null` if `value` isn't plausible. Real ones last 7 days,
 * so an expiry more than a year away is an error in the answer.
 * Source: TikTok Shop Partner Center docs, "Get access token".
 */
export function readAccessExpiry(value: unknown, now: number): number | null {
  const end = readMoment(value, now);
  return end === undefined || end > now + year ? null : end;
}

/**
 * When a refresh token expires, in milliseconds since 1970; `null` for more than fifty years, which means no expiry (a
 * real one ended in 2124); `undefined` if `value` isn't a time.
 */
export function readRefreshExpiry(value: unknown, now: number): number | null | undefined {
  const end = readMoment(value, now);
  return end !== undefined && end > now + 50 * year ? null : end;
}

/** TikTok Shop's `*_expire_in` are absolute Unix seconds. Milliseconds, durations and numbers as text are read too. */
function readMoment(value: unknown, now: number): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,20}(\.\d*)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0) || number >= largestMilliseconds) return undefined;
  if (number >= smallestMilliseconds) return Math.floor(number);
  return Math.floor(number < smallestMoment ? now + number * 1000 : number * 1000);
}
