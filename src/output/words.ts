import { durationInWords, keyFileProtection } from '../ground/words.ts';
import type { KeySource } from '../store/store.ts';

/** When something ends, in words and as ISO 8601: `ends in 6 days (2026-11-29T10:00:00.000Z)`. */
export function expiryInWords(at: number | null, now: number): string {
  return at === null ? 'no expiry' : `${endInWords(at, now)} (${isoTime(at) ?? 'unknown'})`;
}

/** When something ends: `ends in 6 days`, `expired 1 hour ago`. */
export const endInWords = (at: number, now: number): string =>
  at > now ? `ends in ${durationInWords(at - now)}` : `expired ${durationInWords(now - at)} ago`;

/** Milliseconds since 1970 as ISO 8601; `null` without an expiry, or if it is outside the range of dates. */
export function isoTime(at: number | null): string | null {
  if (at === null || Math.abs(at) > 8.64e15) return null;
  return new Date(at).toISOString();
}

/** How a store is protected. */
export const keySourceInWords = (source: KeySource | null): string =>
  source === null ? 'no store yet' : locks[source];

const locks: Readonly<Record<KeySource, string>> = {
  passphrase: 'locked with a passphrase',
  keychain: "its key is in the system's keychain",
  'key-file': `its key is in a key file (${keyFileProtection})`,
};
