import type { Secret } from '../ground/secret.ts';

const longestText = 300;
const longestCode = 32;
const longestRequestId = 64;

/**
 * TikTok Shop's text, safe to show: on one line, without control and direction characters, at most 300 characters, and
 * without any of `secrets`, in case the answer repeats the request.
 */
export function shownText(text: string, secrets: readonly Secret[]): string {
  const line = withoutSecrets(text, secrets)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
}

/** TikTok Shop's error code, usually a number, safe to show. */
export function shownCode(code: string, secrets: readonly Secret[]): string {
  return plain(withoutSecrets(code, secrets)).slice(0, longestCode);
}

/** A request id, safe to show: letters, digits, dots, dashes and underscores; `undefined` if nothing is left. */
export function shownRequestId(id: string | undefined, secrets: readonly Secret[]): string | undefined {
  const shown = plain(withoutSecrets(id ?? '', secrets)).slice(0, longestRequestId);
  return shown === '' ? undefined : shown;
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '');
}

/** Replaces each secret, both unchanged and URL-encoded. */
function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets
    .map((secret) => secret.reveal())
    .flatMap((value) => [value, new URLSearchParams([['', value]]).toString().slice(1)])
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
}
