import { createHmac } from 'node:crypto';
import type { Received } from './received.ts';

/**
 * The signature that TikTok Shop expects: HMAC-SHA256, keyed with the App Secret, over the App Secret, the path, each
 * query parameter's name and value in the order of the names, the body, and the App Secret again (TikTok Shop Partner
 * Center docs, "Sign your API request").
 *
 * Written independently of the program's signature, so that a mistake in either one is noticed.
 */
export function expectedSignature(
  appSecret: string,
  { path, query, body }: Pick<Received, 'path' | 'query' | 'body'>,
): string {
  const hmac = createHmac('sha256', appSecret).update(appSecret).update(path);
  for (const name of [...query.keys()].sort()) {
    if (name !== 'sign' && name !== 'access_token') hmac.update(name).update(query.get(name) ?? '');
  }
  return hmac.update(body).update(appSecret).digest('hex');
}
