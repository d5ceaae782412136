/**
 * `Retry-After`, a number of seconds or a date, as whole seconds from `now` (milliseconds since 1970, by the server's
 * clock), never negative. `undefined` if it is absent, unreadable or more than a day, which no rate limit requires.
 * Source: RFC 9110 section 10.2.3, section 5.6.7.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const date = text.endsWith('GMT') ? Date.parse(text) : Number.NaN;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.max(0, Math.ceil((date - now) / 1000));
  return seconds <= 86_400 ? seconds : undefined;
}
