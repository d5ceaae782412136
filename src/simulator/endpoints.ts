import { createHmac } from 'node:crypto';
import { json, refuse, refuseParameters, success, type Received, type Reply } from './server.ts';
import type { Grant, World } from './world.ts';

/**
 * `GET /api/v2/token/get`. The App Secret isn't compared, because the real endpoint's response to a wrong one isn't
 * known. The signed API then refuses the signature, as TikTok Shop's does.
 */
export function exchangeCode(request: Received, world: World): Reply {
  const refused = refuseTokenCall(request, world, 'auth_code', 'authorized_code');
  if (refused !== null) return refused;
  const grant = world.ledger.redeem(request.query.get('auth_code') ?? '');
  if (grant !== null) return tokens(grant, world);
  return json(200, { code: 36004004, message: 'invalid auth code', request_id: world.requestId() });
}

/** `credential`: `auth_code` or `refresh_token`. */
export function refuseTokenCall(request: Received, world: World, credential: string, grantType: string): Reply | null {
  const parameters = ['app_key', 'app_secret', credential, 'grant_type'];
  const refused = refuseParameters(request.query, parameters, parameters);
  if (refused !== null) return refused;
  if (request.query.get('grant_type') !== grantType) return refuse(`grant_type must be ${grantType}`);
  return request.query.get('app_key') === world.app.appKey ? null : refuse('app_key is unknown');
}

export function tokens(grant: Grant, { ledger, seller, requestId }: World): Reply {
  const account = { open_id: grant.openId, seller_name: seller.name, seller_base_region: seller.region, user_type: 0 };
  return success('success', { ...ledger.issueTokens(grant), ...account, granted_scopes: grant.scopes }, requestId());
}

/** `GET /authorization/202309/shops` (Get Authorized Shops). Requires the scope `seller.authorization.info`. */
export function listShops(request: Received, world: World): Reply {
  return signedCall(request, world, [], (grant) => {
    if (!grant.scopes.includes('seller.authorization.info')) return refuse('the scope is missing');
    const shops = grant.shops.map(({ sellerType, ...shop }) => ({ ...shop, seller_type: sellerType }));
    return success('Success', { shops }, world.requestId());
  });
}

export function signedCall(
  request: Received,
  world: World,
  parameters: readonly string[],
  answer: (grant: Grant) => Reply,
): Reply {
  const refused = refuseSignedShape(request, parameters);
  if (refused !== null) return refused;
  const admitted = admit(request, world);
  return typeof admitted === 'string' ? refuse(admitted) : answer(admitted);
}

/** The documentation mentions only these parameters, `content-type` and `x-tts-access-token`. */
export function refuseSignedShape({ query, headers }: Received, parameters: readonly string[]): Reply | null {
  if (query.has('access_token')) return refuse('the access token is in the address');
  const refused = refuseParameters(query, ['app_key', 'timestamp', 'sign', ...parameters], ['app_key', 'timestamp']);
  if (refused !== null) return refused;
  if (!/^\d{10}$/.test(query.get('timestamp') ?? '')) return refuse('timestamp is not ten digits');
  const type = headers['content-type']?.split(';')[0]?.trim();
  return type === 'application/json' ? null : refuse('content-type is not application/json');
}

function admit(request: Received, { app, ledger, now }: World): Grant | string {
  const { query, headers } = request;
  if (query.get('app_key') !== app.appKey) return 'app_key is unknown';
  const behind = Math.floor(now() / 1000) - Number(query.get('timestamp'));
  if (behind > 300) return 'timestamp is more than 5 minutes old';
  if (behind < -30) return 'timestamp is more than 30 seconds ahead';
  if (query.get('sign') !== expectedSignature(app.appSecret, request)) return 'sign is wrong';
  return ledger.find(headers['x-tts-access-token'] ?? '') ?? 'the access token isn’t valid';
}

/** Written independently of the program's signature, so that a mistake in either one is noticed. */
export function expectedSignature(appSecret: string, request: Pick<Received, 'path' | 'query' | 'body'>): string {
  const { path, query, body } = request;
  const hmac = createHmac('sha256', appSecret).update(appSecret).update(path);
  for (const name of [...query.keys()].sort()) {
    if (name !== 'sign' && name !== 'access_token') hmac.update(name).update(query.get(name) ?? '');
  }
  return hmac.update(body).update(appSecret).digest('hex');
}
