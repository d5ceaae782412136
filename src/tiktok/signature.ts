import { createHmac } from 'node:crypto';
import type { Secret } from '../ground/secret.ts';

interface SignedParts {
  readonly appSecret: Secret;
  /** Begins with a slash and has no query. */
  readonly path: string;
  /** Before encoding. */
  readonly query: Readonly<Record<string, string>>;
  /** Exactly as sent. Omit a multipart body. */
  readonly body?: string;
}

/**
 * Returns the `sign` parameter of a request to the API host, 64 hexadecimal digits: HMAC-SHA256, keyed with the App
 * Secret, over secret + path + every query parameter but `sign` and `access_token` (name and value joined, sorted by
 * name) + body + secret. Source: TikTok Shop Partner Center docs, "Sign your API request". That page shows two values
 * for one request: the worked example's is right (`b596b73e…`), and the first curl example's is wrong (`bc721f0e…`).
 */
export function sign({ appSecret, path, query, body = '' }: SignedParts): string {
  const secret = appSecret.reveal();
  const parameters = Object.entries(query)
    .filter(([name]) => name !== 'sign' && name !== 'access_token')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
  return createHmac('sha256', secret).update(`${secret}${path}${parameters}${body}${secret}`).digest('hex');
}
