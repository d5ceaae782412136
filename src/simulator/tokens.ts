import { authFailure, refuse, success, type Reply } from './answers.ts';
import { authFailures } from './failures.ts';
import type { Grant } from './ledger.ts';
import { missingParameter, unknownParameter, type Received } from './received.ts';
import type { World } from './world.ts';

/**
 * `GET /api/v2/token/get`: exchanges an authorization code (TikTok Shop Partner Center docs, "Authorization overview").
 *
 * The App Secret is required but not compared. How the real endpoint answers a wrong one isn't known. The signed API
 * then refuses the signature, and so it does here.
 */
export function exchangeCode(request: Received, world: World): Reply {
  const refused = refuseTokenCall(request, world, 'auth_code', 'authorized_code');
  if (refused !== null) return refused;
  const grant = world.ledger.redeem(request.query.get('auth_code') ?? '', world.scopes);
  return grant === null ? failure('invalid-auth-code', world) : tokens(grant, world);
}

/** `GET /api/v2/token/refresh`. From then on, only the refresh token that it returns is valid. */
export function refreshTokens(request: Received, world: World): Reply {
  const refused = refuseTokenCall(request, world, 'refresh_token', 'refresh_token');
  if (refused !== null) return refused;
  const grant = world.ledger.findByRefreshToken(request.query.get('refresh_token') ?? '');
  if (grant === null) return failure('no-auth-record', world);
  return grant.refreshExpiresAt <= world.now() / 1000 ? failure('refresh-token-expired', world) : tokens(grant, world);
}

const failure = (reason: keyof typeof authFailures, world: World): Reply =>
  authFailure(authFailures[reason], world.requestId());

/** Checks what both endpoints require. `credential` names the parameter that only one of them has. */
export function refuseTokenCall(request: Received, world: World, credential: string, grantType: string): Reply | null {
  const known = ['app_key', 'app_secret', credential, 'grant_type'];
  const unknown = unknownParameter(request, known);
  if (unknown !== undefined) return refuse(`a parameter that this endpoint does not have: ${unknown}`);
  const missing = missingParameter(request, known);
  if (missing !== undefined) return refuse(`${missing} is missing`);
  if (request.query.get('grant_type') !== grantType) return refuse(`grant_type must be ${grantType}`);
  return request.query.get('app_key') === world.app.appKey ? null : failure('invalid-app-key', world);
}

function tokens(grant: Grant, world: World): Reply {
  const issued = world.ledger.issueTokens(grant);
  const data = {
    access_token: issued.accessToken,
    access_token_expire_in: issued.accessExpiresAt,
    refresh_token: issued.refreshToken,
    refresh_token_expire_in: issued.refreshExpiresAt,
    open_id: grant.openId,
    seller_name: world.seller.name,
    seller_base_region: world.seller.region,
    user_type: 0,
    granted_scopes: grant.scopes,
  };
  return success('success', data, world.requestId());
}
