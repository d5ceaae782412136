/**
 * `Retry-After` in whole seconds from `now` (milliseconds), never negative; `undefined` when absent or unreadable. It is
 * a number of seconds or a date.
 *
 * Source: RFC 9110 section 10.2.3, section 5.6.7.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = text.endsWith('GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
