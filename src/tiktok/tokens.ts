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
 * A request for tokens. It is an unsigned GET with the App Secret in its address, so that address must never be shown
 * or logged, and its redirects must not be followed.
 * Source: TikTok Shop Partner Center docs, "Get access token": the grant type is `authorized_code`, not RFC 6749's
 * `authorization_code`; a POST is answered with 404.
 */
function tokenCall(
  { appKey, appSecret }: App,
  grantType: 'authorized_code' | 'refresh_token',
  credential: Secret,
): Pick<Call<Tokens>, 'host' | 'secrets' | 'request' | 'read'> {
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

/** It can't be sent again, so it waits for the answer even after an interruption. */
const sentOnce = { timeout: 15_000, whenInterrupted: 'wait' } as const;

/**
 * Exchanges an authorization code, which works once and for 30 minutes. Never sent again once it may have arrived; the
 * failure is then `exchange-uncertain`. On an interruption it still waits for the answer, because the code is used up.
 */
export function exchangeCode(io: Net, hosts: Hosts, app: App, code: Secret): Promise<Answer<Tokens>> {
  return call(io, hosts, { ...tokenCall(app, 'authorized_code', code), ...sentOnce, lost: 'exchange-uncertain' });
}

/**
 * Refreshes tokens. The answer contains a refresh token too, which may be new: always store it. Not sent again once it
 * may have arrived. On an interruption it still waits for the answer, because the old refresh token may no longer work.
 */
export function refreshTokens(io: Net, hosts: Hosts, app: App, refreshToken: Secret): Promise<Answer<Tokens>> {
  return call(io, hosts, { ...tokenCall(app, 'refresh_token', refreshToken), ...sentOnce });
}

/** A code that TikTok Shop can't have issued. */
const junkCode = new Secret('ottokit-tiktok-check');

/**
 * Whether TikTok Shop knows the App Key: the request contains an impossible code, and TikTok Shop refuses only that
 * (36004004). This says nothing about the App Secret, which may be checked after the code; the first exchange confirms
 * it. Public reports say that the App Key is checked first, but that isn't confirmed.
 */
export async function probeApp(io: Net, hosts: Hosts, app: App): Promise<Answer<'recognized'>> {
  const asked = { ...tokenCall(app, 'authorized_code', junkCode), timeout: 10_000, waits: true } as const;
  const answer = await call(io, hosts, asked);
  if (!answer.ok && answer.failure.code !== 'authorization-code-invalid') return answer;
  return { ok: true, value: 'recognized' };
}
