import type { Failure } from '../ground/errors.ts';
import { durationInWords, keyFileProtection } from '../ground/words.ts';
import type { KeySource } from '../store/store.ts';
import type { Style } from '../terminal/style.ts';

export type { Style };

export interface Printing {
  /** Prints a result on stdout without wrapping it, and adds a newline. */
  readonly print: (text: string) => void;
  /** Prints a result on stdout for the user, wrapped to a terminal's width. */
  readonly printText: (text: string) => void;
  readonly style: Style;
}

export function show<T>(
  { print, printText, style }: Printing,
  json: boolean,
  result: T,
  asJson: (result: T) => object,
  asText: (result: T, style: Style) => string,
): void {
  if (json) print(toJson(asJson(result)));
  else printText(asText(result, style));
}

const colors = { pass: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;

export const mark = (status: keyof typeof colors, { paint, glyphs }: Style, width = 0): string =>
  paint[colors[status]](glyphs[status].padEnd(width));

export const markWidth = ({ glyphs: { pass, warn, fail, skip } }: Style): number =>
  Math.max(...[pass, warn, fail, skip].map(({ length }) => length));

/** Adds the time in ISO 8601 to `endInWords`: `ends in 6 days (2026-11-29T10:00:00.000Z)`. */
export function expiryInWords(at: number | null, now: number): string {
  const time = isoTime(at);
  return time === null ? endInWords(at, now) : `${endInWords(at, now)} (${time})`;
}

/** Says when something ends: `ends in 6 days`, `expired 1 hour ago`. `null` means never, or unknown. */
export function endInWords(at: number | null, now: number): string {
  if (at === null) return 'no known expiry';
  return at > now ? `ends in ${durationInWords(at - now)}` : `expired ${durationInWords(now - at)} ago`;
}

export const keySourceInWords = (source: KeySource | null): string => keySourceTexts[source ?? 'none'];

const keySourceTexts: Readonly<Record<KeySource | 'none', string>> = {
  none: 'no store yet',
  passphrase: 'locked with a passphrase',
  keychain: 'its key is in the system’s keychain',
  'key-file': `its key is in a key file (${keyFileProtection})`,
};

/** Characters that control a terminal or reorder text, except our own newlines. A shop's name may contain them. */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/gu;

/**
 * Formats one JSON document as `--json` prints it. Escapes characters that could harm a terminal, because
 * `JSON.stringify` doesn't escape U+007F to U+009F or direction marks. To a JSON parser, both forms are the same.
 */
export function toJson(document: object): string {
  return JSON.stringify(document, null, 2).replace(unsafe, (character) => character.split('').map(escaped).join(''));
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Returns an error as every command prints it with `--json`. `JSON.stringify` omits undefined values. */
export const failureJson = (failure?: Failure) => ({
  error: failure && { code: failure.code, message: failure.message, fix: failure.fix, requestId: failure.requestId },
});

/** Formats milliseconds since 1970 as ISO 8601; `null` if there is no time, or `Date` can't represent it. */
export const isoTime = (at: number | null = null): string | null =>
  at === null || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString();
