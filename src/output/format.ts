import { durationInWords, keyFileProtection } from '../ground/words.ts';
import type { KeySource } from '../store/store.ts';
import type { Glyphs } from '../terminal/glyphs.ts';
import type { Paint } from '../terminal/paint.ts';
import { isoTime } from './json.ts';

/** The colors and glyphs that the output can show. */
export interface Style {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
}

const colors = { pass: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;

export const mark = (status: keyof typeof colors, { paint, glyphs }: Style, width = 0): string =>
  paint[colors[status]](glyphs[status].padEnd(width));

/** The width of a column of marks. */
export const markWidth = ({ glyphs: { pass, warn, fail, skip } }: Style): number =>
  Math.max(...[pass, warn, fail, skip].map(({ length }) => length));

/** Says when something ends, with the time in ISO 8601: `ends in 6 days (2026-11-29T10:00:00.000Z)`. `null`: never. */
export const expiryInWords = (at: number | null, now: number): string =>
  at === null ? 'no expiry' : `${endInWords(at, now)} (${isoTime(at) ?? 'unknown'})`;

/** Says when something ends: `ends in 6 days`, `expired 1 hour ago`. */
export const endInWords = (at: number, now: number): string =>
  at > now ? `ends in ${durationInWords(at - now)}` : `expired ${durationInWords(now - at)} ago`;

/** Says how a store is protected. */
export const keySourceInWords = (source: KeySource | null): string =>
  source === null ? 'no store yet' : locks[source];

const locks: Readonly<Record<KeySource, string>> = {
  passphrase: 'locked with a passphrase',
  keychain: 'its key is in the system’s keychain',
  'key-file': `its key is in a key file (${keyFileProtection})`,
};
