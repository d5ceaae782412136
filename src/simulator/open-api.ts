import { apiFailure, refuse, success, type Reply } from './answers.ts';
import { apiFailures } from './failures.ts';
import type { Grant } from './ledger.ts';
import { missingParameter, unknownParameter, type Received } from './received.ts';
import { expectedSignature } from './signature.ts';
import type { World } from './world.ts';

const common = ['app_key', 'timestamp', 'sign'];

/** `GET /authorization/202309/shops` (Get Authorized Shops): needs the scope `seller.authorization.info`. */
export function listShops(request: Received, world: World): Reply {
  return signedCall(request, world, { parameters: [], scope: 'seller.authorization.info' }, (grant) => {
    const held =
      world.scenario() === 'empty-shops' ? [] : world.shops.filter(({ cipher }) => grant.ciphers.has(cipher));
    const shops = held.map(({ sellerType, ...shop }) => ({ ...shop, seller_type: sellerType }));
    return success('Success', { shops }, world.requestId());
  });
}

/** `DELETE /authorization/202403/shops` (Deauthorize Shop). With its last shop the authorization ends. */
export function deauthorizeShop(request: Received, world: World): Reply {
  return signedCall(request, world, { parameters: ['shop_cipher'] }, (grant) => {
    const cipher = request.query.get('shop_cipher') ?? '';
    if (cipher === '') return apiFailure(apiFailures['cipher-missing'], world.requestId());
    if (!grant.ciphers.delete(cipher)) return refuse('shop_cipher is not that of an authorized shop');
    grant.revoked = grant.ciphers.size === 0;
    return success('Success', {}, world.requestId());
  });
}

interface Endpoint {
  readonly parameters: readonly string[];
  readonly scope?: string;
}

/** Everything that comes before the endpoint itself, in the order in which live answers show it to be checked. */
function signedCall(request: Received, world: World, endpoint: Endpoint, answer: (grant: Grant) => Reply): Reply {
  const refused = refuseShape(request, endpoint);
  if (refused !== null) return refused;
  const gate = refuseApp(request, world) ?? refuseTime(request, world) ?? refuseSignature(request, world);
  if (gate !== null) return failure(gate, world);
  const admitted = admit(request, world);
  if (typeof admitted === 'string') return failure(admitted, world);
  const scopeMissing = endpoint.scope !== undefined && !admitted.scopes.includes(endpoint.scope);
  if (scopeMissing || (world.scenario() === 'no-shop-scope' && endpoint.scope !== undefined)) {
    return failure('scope-missing', world);
  }
  return answer(admitted);
}

type Reason = keyof typeof apiFailures;

function failure(reason: Reason, world: World): Reply {
  const limited = { status: 429, headers: { 'retry-after': String(world.rules.retryAfter) } };
  return apiFailure(apiFailures[reason], world.requestId(), reason === 'rate-limited' ? limited : {});
}

/** What no documented answer covers: the official descriptions name these parameters and headers, and no others. */
function refuseShape(request: Received, { parameters }: Endpoint): Reply | null {
  if (request.query.has('access_token')) return refuse('the access token stands in the address');
  const unknown = unknownParameter(request, [...common, ...parameters]);
  if (unknown !== undefined) return refuse(`a parameter that this endpoint does not have: ${unknown}`);
  const missing = missingParameter(request, ['app_key', 'timestamp']);
  if (missing !== undefined) return refuse(`${missing} is missing`);
  if (!/^\d{10}$/.test(request.query.get('timestamp') ?? '')) return refuse('timestamp is not ten digits');
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  return type === 'application/json' ? null : refuse('content-type is not application/json');
}

function refuseApp({ query }: Received, world: World): Reason | null {
  const scenario = world.scenario();
  if (scenario === 'wrong-app-key' || query.get('app_key') !== world.app.appKey) return 'app-key-invalid';
  if (scenario === 'ip-not-allowed') return 'ip-not-allowed';
  if (scenario === 'rate-limit') return 'rate-limited';
  return scenario === 'vendor-error' ? 'internal-error' : null;
}

/** From 5 minutes behind to 30 seconds ahead. */
function refuseTime({ query }: Received, world: World): Reason | null {
  const behind = Math.floor(world.now() / 1000) - Number(query.get('timestamp'));
  if (behind > 300) return 'clock-behind';
  return behind < -30 ? 'clock-ahead' : null;
}

function refuseSignature(request: Received, world: World): Reason | null {
  const sign = request.query.get('sign') ?? '';
  if (sign === '') return 'sign-missing';
  const right = sign === expectedSignature(world.app.appSecret, request) && world.scenario() !== 'wrong-secret';
  return right ? null : 'sign-invalid';
}

function admit({ headers }: Received, world: World): Grant | Reason {
  const token = headers['x-tts-access-token'] ?? '';
  if (token === '') return 'token-unknown';
  if (!/^(?:TTP|ROW|GCP)_[\w-]+$/.test(token)) return 'token-malformed';
  const scenario = world.scenario();
  const found = world.ledger.admit(token);
  if (found === 'unknown') return 'token-unknown';
  if (found === 'revoked' || scenario === 'revoked') return 'revoked';
  if (found === 'expired' || (scenario === 'expired-token' && found.fromCode)) return 'token-expired';
  return found.grant;
}
