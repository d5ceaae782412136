/**
 * The forms in which a secret could appear in bytes without being encrypted: unchanged, hex, base64 (at each of three
 * offsets), percent-encoded, and UTF-16.
 */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const texts = [
    ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
    ...[hex, hex.toUpperCase(), percent, percent.toUpperCase()],
    ...[0, 1, 2].flatMap((offset) => [inBase64(bytes, offset, 'base64'), inBase64(bytes, offset, 'base64url')]),
  ];
  return [...new Set(texts)].map((text) => Buffer.from(text)).concat(Buffer.from(secret, 'utf16le'));
}

/** The base64 characters that depend on these bytes alone, wherever they follow 3n + `offset` other bytes. */
function inBase64(bytes: Buffer, offset: number, alphabet: 'base64' | 'base64url'): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString(alphabet)
    .replace(/=+$/, '');
  const head = offset === 0 ? 0 : offset + 1;
  return encoded.slice(head, -2);
}

/** The secrets that appear in these bytes in one of those forms. */
export function tracesIn(bytes: Buffer, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => bytes.includes(form)));
}
