import { spellingsOf, type Secret } from '../ground/secret.ts';

/**
 * Makes TikTok Shop's text safe to show: one line of at most 300 characters, without control characters and without
 * `secrets`, in case the response repeats the request.
 */
export function shownText(text: string, secrets: readonly Secret[]): string {
  const line = withoutSecrets(text, secrets)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** Makes an error code or a request id safe to show. Returns `undefined` if nothing is left. */
export function shownId(id: string | undefined, secrets: readonly Secret[]): string | undefined {
  const plain = withoutSecrets(id ?? '', secrets).replace(/[^A-Za-z0-9._-]/g, '');
  return plain.slice(0, 64) || undefined;
}

const withoutSecrets = (text: string, secrets: readonly Secret[]): string =>
  spellingsOf(secrets.map((secret) => secret.reveal())).reduce(
    (rest, value) => rest.replaceAll(value, '[secret]'),
    text,
  );
