import { authFailure, refuse, success, type Reply } from './answers.ts';
import { authFailures } from './failures.ts';
import type { Grant } from './ledger.ts';
import { missingParameter, unknownParameter, type Received } from './received.ts';
import { scopesToGrant, type World } from './world.ts';

/**
 * `GET /api/v2/token/get`: exchanges an authorization code (TikTok Shop Partner Center docs, "Authorization overview").
 *
 * The App Secret is asked for but not compared. How the real endpoint answers a wrong one is not known; what is known
 * is that the signed API then refuses the signature, and that is where it shows here too.
 */
export function exchangeCode(request: Received, world: World): Reply {
  const refused = refuseTokenCall(request, world, 'auth_code', 'authorized_code');
  if (refused !== null) return refused;
  const scenario = world.scenario();
  const grant = world.ledger.redeem(request.query.get('auth_code') ?? '', scopesToGrant(world));
  if (grant === null || scenario === 'expired-code' || scenario === 'used-code') {
    return authFailure(authFailures['invalid-auth-code'], world.requestId());
  }
  if (scenario === 'seller-inactive') return authFailure(authFailures['seller-inactive'], world.requestId());
  return tokens(grant, { fromCode: true }, request, world);
}

/** `GET /api/v2/token/refresh`. The refresh token that comes back is the only one that counts from then on. */
export function refreshTokens(request: Received, world: World): Reply {
  const refused = refuseTokenCall(request, world, 'refresh_token', 'refresh_token');
  if (refused !== null) return refused;
  const scenario = world.scenario();
  const grant = world.ledger.findByRefreshToken(request.query.get('refresh_token') ?? '');
  if (grant === null || scenario === 'revoked') return authFailure(authFailures['no-auth-record'], world.requestId());
  if (scenario === 'expired-refresh-token' || grant.refreshExpiresAt <= world.now() / 1000) {
    return authFailure(authFailures['refresh-token-expired'], world.requestId());
  }
  if (scenario === 'seller-inactive') return authFailure(authFailures['seller-inactive'], world.requestId());
  return tokens(grant, { fromCode: false }, request, world);
}

function refuseTokenCall(request: Received, world: World, credential: string, grantType: string): Reply | null {
  const known = ['app_key', 'app_secret', credential, 'grant_type'];
  const unknown = unknownParameter(request, known);
  if (unknown !== undefined) return refuse(`a parameter that this endpoint does not have: ${unknown}`);
  const missing = missingParameter(request, known);
  if (missing !== undefined) return refuse(`${missing} is missing`);
  if (request.query.get('grant_type') !== grantType) return refuse(`grant_type must be ${grantType}`);
  const scenario = world.scenario();
  if (scenario === 'wrong-app-key' || request.query.get('app_key') !== world.app.appKey) {
    return authFailure(authFailures['invalid-app-key'], world.requestId());
  }
  return scenario === 'ip-not-allowed' ? authFailure(authFailures['ip-not-allowed'], world.requestId()) : null;
}

function tokens(grant: Grant, { fromCode }: { fromCode: boolean }, request: Received, world: World): Reply {
  const scenario = world.scenario();
  const { accessTokenLifetime, rotateRefreshToken } = world.rules;
  // Seen in a live answer: the year 2124.
  if (scenario === 'hundred-years') grant.refreshExpiresAt = 4878250317;
  const issued = world.ledger.issueTokens(grant, {
    fromCode,
    lifetime: accessTokenLifetime,
    rotate: rotateRefreshToken,
  });
  const told = (at: number): number => (scenario === 'relative-expiry' ? at - Math.floor(world.now() / 1000) : at);
  const data = {
    access_token: issued.accessToken,
    access_token_expire_in: told(issued.accessExpiresAt),
    refresh_token: issued.refreshToken,
    refresh_token_expire_in: told(issued.refreshExpiresAt),
    open_id: grant.openId,
    seller_name: world.seller.name,
    seller_base_region: world.seller.region,
    user_type: scenario === 'creator' ? 1 : 0,
    ...(scenario === 'no-scope-list' ? {} : { granted_scopes: grant.scopes }),
  };
  const answer = success('success', data, world.requestId());
  const rightSecret = request.query.get('app_secret') === world.app.appSecret;
  return rightSecret ? answer : { ...answer, note: "app_secret is not the app's" };
}
