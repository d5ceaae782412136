import { createHmac } from 'node:crypto';
import type { Secret } from '../ground/secret.ts';

/** A request to sign: `query` decoded, `body` exactly as sent. */
export interface SignedParts {
  readonly appSecret: Secret;
  /** Begins with a slash, without a query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
}

const unsigned = new Set(['sign', 'access_token']);

/**
 * The `sign` parameter of a request to the API host, 64 hexadecimal digits: HMAC-SHA256, keyed with the App Secret,
 * over secret + path + every query parameter but `sign` and `access_token` (name and value joined, sorted by name) +
 * the body unless it is multipart + secret.
 *
 * Source: TikTok Shop Partner Center docs, "Sign your API request". That page shows two values for one request; the one
 * in its first curl example (`bc721f0e…`) is out of date, the one in its worked example (`b596b73e…`) is right.
 */
export function sign(parts: SignedParts): string {
  const secret = parts.appSecret.reveal();
  const query = Object.entries(parts.query)
    .filter(([name]) => !unsigned.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
  const multipart = /^\s*multipart\/form-data/i.test(parts.contentType ?? '');
  const body = multipart ? '' : (parts.body ?? '');
  return createHmac('sha256', secret).update(`${secret}${parts.path}${query}${body}${secret}`).digest('hex');
}
