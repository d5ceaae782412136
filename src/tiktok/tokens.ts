import { Secret } from '../ground/secret.ts';
import type { Tokens } from '../ground/tokens-and-shops.ts';
import type { Answer } from './answer.ts';
import { call, type Call, type Net } from './call.ts';
import type { Hosts } from './portals.ts';
import { readTokenAnswer } from './token-answer.ts';

export interface App {
  readonly appKey: string;
  readonly appSecret: Secret;
}

/**
 * Builds a request for tokens. The App Secret is in its address, so never show or log it, and don't follow redirects.
 * The grant type is `authorized_code`, not RFC 6749's `authorization_code`, and a POST gets a 404. Source: TikTok Shop
 * Partner Center docs, "Get access token".
 */
function tokenCall(
  { appKey, appSecret }: App,
  grantType: 'authorized_code' | 'refresh_token',
  credential: Secret,
): Call<Tokens> {
  const isRefresh = grantType === 'refresh_token';
  const name = isRefresh ? 'refresh_token' : 'auth_code';
  return {
    host: 'auth',
    secrets: [appSecret, credential],
    request: () => ({
      method: 'GET',
      path: `/api/v2/token/${isRefresh ? 'refresh' : 'get'}`,
      query: { app_key: appKey, app_secret: appSecret.reveal(), [name]: credential.reveal(), grant_type: grantType },
    }),
    read: (data, now) => readTokenAnswer(data, now, isRefresh ? credential : undefined),
  };
}

/**
 * Exchanges an authorization code, which works only once and expires after 30 minutes. If the request may have arrived
 * but there is no response, fails with `exchange-uncertain`, or after Ctrl-C with `interrupted-unanswered`.
 */
export function exchangeCode(io: Net, hosts: Hosts, app: App, code: Secret): Promise<Answer<Tokens>> {
  const asked = tokenCall(app, 'authorized_code', code);
  return call(io, hosts, { ...asked, whenInterrupted: 'wait', lost: 'exchange-uncertain' });
}

/** Always store the returned refresh token, because it may be new. Doesn't retry a request that may have arrived. */
export function refreshTokens(io: Net, hosts: Hosts, app: App, refreshToken: Secret): Promise<Answer<Tokens>> {
  return call(io, hosts, { ...tokenCall(app, 'refresh_token', refreshToken), whenInterrupted: 'wait' });
}

/** A code that TikTok Shop can't have issued. */
const junkCode = new Secret('ottokit-tiktok-check');

/**
 * Checks whether TikTok Shop knows the App Key, by sending an impossible code and expecting its refusal (36004004).
 * Public reports say that the App Key is checked first, but that isn't confirmed. This may not test the App Secret.
 */
export async function probeApp(io: Net, hosts: Hosts, app: App): Promise<Answer<'recognized'>> {
  const answer = await call(io, hosts, tokenCall(app, 'authorized_code', junkCode));
  return answer.ok || answer.failure.code === 'authorization-code-invalid' ? { ok: true, value: 'recognized' } : answer;
}
