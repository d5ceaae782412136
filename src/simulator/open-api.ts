import { createHmac } from 'node:crypto';
import { apiFailure, failures, refuse, refuseParameters, success, type Reply, type VendorFailure } from './answers.ts';
import type { Received } from './server.ts';
import type { Grant, World } from './world.ts';

/** `GET /authorization/202309/shops` (Get Authorized Shops). Requires the scope `seller.authorization.info`. */
export function listShops(request: Received, world: World): Reply {
  return signedCall(request, world, [], (grant) => {
    if (!grant.scopes.includes('seller.authorization.info')) {
      return apiFailure(failures['scope-missing'], world.requestId());
    }
    const shops = grant.shops.map(({ sellerType, ...shop }) => ({ ...shop, seller_type: sellerType }));
    return success('Success', { shops }, world.requestId());
  });
}

/** Runs the checks of every signed endpoint, in the order of live answers. `parameters` are this endpoint's own. */
export function signedCall(
  request: Received,
  world: World,
  parameters: readonly string[],
  answer: (grant: Grant) => Reply,
): Reply {
  const refused = refuseSignedShape(request, parameters);
  if (refused !== null) return refused;
  const admitted = admit(request, world);
  return 'openId' in admitted ? answer(admitted) : apiFailure(admitted, world.requestId());
}

/** Refuses a request that the documentation doesn't cover. It mentions only these parameters and two headers. */
export function refuseSignedShape({ query, headers }: Received, parameters: readonly string[]): Reply | null {
  if (query.has('access_token')) return refuse('the access token is in the address');
  const refused = refuseParameters(query, ['app_key', 'timestamp', 'sign', ...parameters], ['app_key', 'timestamp']);
  if (refused !== null) return refused;
  if (!/^\d{10}$/.test(query.get('timestamp') ?? '')) return refuse('timestamp is not ten digits');
  const type = headers['content-type']?.split(';')[0]?.trim();
  return type === 'application/json' ? null : refuse('content-type is not application/json');
}

/** The seller's authorization, or the failure of the first check that the request doesn't pass. */
function admit(request: Received, { app, ledger, now }: World): Grant | VendorFailure {
  const { query, headers } = request;
  if (query.get('app_key') !== app.appKey) return failures['app-key-refused'];
  const behind = Math.floor(now() / 1000) - Number(query.get('timestamp'));
  if (behind > 300) return failures['clock-behind'];
  if (behind < -30) return failures['clock-ahead'];
  const sign = query.get('sign') ?? '';
  if (sign === '') return failures['sign-missing'];
  if (sign !== expectedSignature(app.appSecret, request)) return failures['sign-invalid'];
  const token = headers['x-tts-access-token'] ?? '';
  if (token === '') return failures['token-unknown'];
  return /^(?:TTP|ROW|GCP)_[\w-]+$/.test(token) ? ledger.admit(token) : failures['token-malformed'];
}

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
