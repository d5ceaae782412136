import { apiFailure, refuse, success, type Reply } from './answers.ts';
import { apiFailures } from './failures.ts';
import type { Grant } from './ledger.ts';
import { missingParameter, unknownParameter, type Received } from './received.ts';
import { expectedSignature } from './signature.ts';
import type { World } from './world.ts';

/** `GET /authorization/202309/shops` (Get Authorized Shops): needs the scope `seller.authorization.info`. */
export function listShops(request: Received, world: World): Reply {
  return signedCall(request, world, [], (grant) => {
    if (!grant.scopes.includes('seller.authorization.info')) return failure('scope-missing', world);
    const held = world.shops.filter(({ cipher }) => grant.ciphers.has(cipher));
    const shops = held.map(({ sellerType, ...shop }) => ({ ...shop, seller_type: sellerType }));
    return success('Success', { shops }, world.requestId());
  });
}

/** `DELETE /authorization/202403/shops` (Deauthorize Shop). With its last shop the authorization ends. */
export function deauthorizeShop(request: Received, world: World): Reply {
  return signedCall(request, world, ['shop_cipher'], (grant) => {
    const cipher = request.query.get('shop_cipher') ?? '';
    if (cipher === '') return failure('cipher-missing', world);
    if (!grant.ciphers.delete(cipher)) return refuse('shop_cipher is not that of an authorized shop');
    grant.revoked = grant.ciphers.size === 0;
    return success('Success', {}, world.requestId());
  });
}

/** Makes the checks that precede every endpoint, in the order that live answers show. */
function signedCall(
  request: Received,
  world: World,
  parameters: readonly string[],
  answer: (grant: Grant) => Reply,
): Reply {
  const refused = refuseSignedShape(request, parameters);
  if (refused !== null) return refused;
  const wrong = refuseApp(request, world) ?? refuseTime(request, world) ?? refuseSignature(request, world);
  if (wrong !== null) return failure(wrong, world);
  const admitted = admit(request, world);
  return typeof admitted === 'string' ? failure(admitted, world) : answer(admitted);
}

type Reason = keyof typeof apiFailures;

const failure = (reason: Reason, world: World): Reply => apiFailure(apiFailures[reason], world.requestId());

/**
 * Refuses what no documented answer covers: the official descriptions name the common parameters, those of the
 * endpoint and two headers, and no others.
 */
export function refuseSignedShape(request: Received, parameters: readonly string[]): Reply | null {
  if (request.query.has('access_token')) return refuse('the access token is in the address');
  const unknown = unknownParameter(request, ['app_key', 'timestamp', 'sign', ...parameters]);
  if (unknown !== undefined) return refuse(`a parameter that this endpoint does not have: ${unknown}`);
  const missing = missingParameter(request, ['app_key', 'timestamp']);
  if (missing !== undefined) return refuse(`${missing} is missing`);
  if (!/^\d{10}$/.test(request.query.get('timestamp') ?? '')) return refuse('timestamp is not ten digits');
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  return type === 'application/json' ? null : refuse('content-type is not application/json');
}

const refuseApp = ({ query }: Received, { app }: World): Reason | null =>
  query.get('app_key') === app.appKey ? null : 'app-key-invalid';

/** From 5 minutes behind to 30 seconds ahead. */
function refuseTime({ query }: Received, world: World): Reason | null {
  const behind = Math.floor(world.now() / 1000) - Number(query.get('timestamp'));
  if (behind > 300) return 'clock-behind';
  return behind < -30 ? 'clock-ahead' : null;
}

function refuseSignature(request: Received, { app }: World): Reason | null {
  const sign = request.query.get('sign') ?? '';
  if (sign === '') return 'sign-missing';
  return sign === expectedSignature(app.appSecret, request) ? null : 'sign-invalid';
}

const admissions = { unknown: 'token-unknown', revoked: 'revoked', expired: 'token-expired' } as const;

function admit({ headers }: Received, { ledger }: World): Grant | Reason {
  const token = headers['x-tts-access-token'] ?? '';
  if (token === '') return 'token-unknown';
  if (!/^(?:TTP|ROW|GCP)_[\w-]+$/.test(token)) return 'token-malformed';
  const found = ledger.admit(token);
  return typeof found === 'string' ? admissions[found] : found;
}
