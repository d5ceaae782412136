import { apiFailure, failures, refuse, success, type Reply, type VendorFailure } from './answers.ts';
import type { Grant } from './ledger.ts';
import { refuseParameters, type Received } from './received.ts';
import { expectedSignature } from './signature.ts';
import type { World } from './world.ts';

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

/** The checks before every endpoint, in the order seen in live answers. `parameters`: those that only this one has. */
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

/** Refuses what no documented answer covers: the official descriptions name only these parameters and two headers. */
export function refuseSignedShape(request: Received, parameters: readonly string[]): Reply | null {
  if (request.query.has('access_token')) return refuse('the access token is in the address');
  const refused = refuseParameters(request, ['app_key', 'timestamp', 'sign', ...parameters], ['app_key', 'timestamp']);
  if (refused !== null) return refused;
  if (!/^\d{10}$/.test(request.query.get('timestamp') ?? '')) return refuse('timestamp is not ten digits');
  const type = request.headers['content-type']?.split(';')[0]?.trim();
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
