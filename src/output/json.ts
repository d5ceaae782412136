import type { Failure } from '../ground/errors.ts';

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

/** Returns an error as every command prints it with `--json`. `JSON.stringify` omits a request id that is `undefined`. */
export const failureJson = ({ code, message, fix, requestId }: Failure) => ({
  error: { code, message, fix, requestId },
});

/** Formats milliseconds since 1970 as ISO 8601; `null` if there is no time, or `Date` can't represent it. */
export const isoTime = (at: number | null = null): string | null =>
  at === null || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString();
