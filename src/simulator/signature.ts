import { createHmac } from 'node:crypto';

/** The signed parts: the path as sent, the decoded query, the body as sent (empty if it is multipart). */
export interface Signed {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: string;
}

const unsigned = new Set(['sign', 'access_token']);

/**
 * The signature that TikTok Shop expects: HMAC-SHA256, keyed with the App Secret, over the App Secret, the path, each
 * query parameter's name and value in the order of the names, the body, and the App Secret again (TikTok Shop Partner
 * Center docs, "Sign your API request").
 *
 * Written independently of the program's signature, so that a mistake in either one is noticed.
 */
export function expectedSignature(appSecret: string, { path, query, body }: Signed): string {
  const hmac = createHmac('sha256', appSecret).update(appSecret).update(path);
  for (const name of [...query.keys()].filter((key) => !unsigned.has(key)).sort()) {
    hmac.update(name).update(query.get(name) ?? '');
  }
  return hmac.update(body).update(appSecret).digest('hex');
}
