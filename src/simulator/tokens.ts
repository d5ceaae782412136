import { authFailure, failures, refuse, refuseParameters, success, type Reply } from './answers.ts';
import type { Received } from './server.ts';
import type { Grant, World } from './world.ts';

/**
 * `GET /api/v2/token/get`: exchanges an authorization code (TikTok Shop Partner Center docs, "Authorization overview").
 * The App Secret is required but not compared, because the real endpoint's answer to a wrong one isn't known. The
 * signed API then refuses the signature, as TikTok Shop's does.
 */
export function exchangeCode(request: Received, world: World): Reply {
  const refused = refuseTokenCall(request, world, 'auth_code', 'authorized_code');
  if (refused !== null) return refused;
  const grant = world.ledger.redeem(request.query.get('auth_code') ?? '');
  return grant === null ? authFailure(failures['invalid-auth-code'], world.requestId()) : tokens(grant, world);
}

/** The checks that both token endpoints share; `null` if passed. `credential`: `auth_code` or `refresh_token`. */
export function refuseTokenCall(request: Received, world: World, credential: string, grantType: string): Reply | null {
  const parameters = ['app_key', 'app_secret', credential, 'grant_type'];
  const refused = refuseParameters(request.query, parameters, parameters);
  if (refused !== null) return refused;
  if (request.query.get('grant_type') !== grantType) return refuse(`grant_type must be ${grantType}`);
  if (request.query.get('app_key') === world.app.appKey) return null;
  return authFailure(failures['invalid-app-key'], world.requestId());
}

/** Issues new tokens for an authorization and returns them as a token endpoint does. */
export function tokens(grant: Grant, { ledger, seller, requestId }: World): Reply {
  const data = {
    ...ledger.issueTokens(grant),
    open_id: grant.openId,
    seller_name: seller.name,
    seller_base_region: seller.region,
    user_type: 0,
    granted_scopes: grant.scopes,
  };
  return success('success', data, requestId());
}
