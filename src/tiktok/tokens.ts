import * as v from 'valibot';
import { defined } from '../ground/defined.ts';
import { Secret } from '../ground/secret.ts';
import type { Answer, Reading } from './answer.ts';
import { call, type Call, type Net } from './call.ts';
import { readAccessExpiry, readRefreshExpiry } from './expiry.ts';
import type { Hosts } from './portals.ts';

export interface App {
  readonly appKey: string;
  readonly appSecret: Secret;
}

/** Times are milliseconds since 1970. */
export interface Tokens {
  readonly accessToken: Secret;
  /** `null`: unknown. */
  readonly accessTokenExpiresAt: number | null;
  readonly refreshToken: Secret;
  /** `null`: no expiry. Absent: unknown. */
  readonly refreshTokenExpiresAt?: number | null;
  readonly sellerName?: string;
  readonly sellerBaseRegion?: string;
  /** 0 seller, 1 creator, 3 partner. */
  readonly userType?: number;
  /** Absent: unknown. */
  readonly grantedScopes?: readonly string[];
}

/** A token is sent in a header, so it must be visible ASCII. */
const Token = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/));
const Text = v.fallback(v.optional(v.string()), undefined);
const Kind = v.union([v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number))]);

const Data = v.object({
  access_token: Token,
  access_token_expire_in: v.optional(v.unknown()),
  refresh_token: v.fallback(v.optional(Token), undefined),
  refresh_token_expire_in: v.optional(v.unknown()),
  seller_name: Text,
  seller_base_region: Text,
  user_type: v.fallback(v.optional(Kind), undefined),
  granted_scopes: v.optional(v.unknown()),
});

/**
 * Reads `data` of a token answer. Only the two tokens must be readable: they can't be requested again, so an odd value
 * in any other field is unknown, never a reason to lose them. If `sent` was refreshed and no refresh token came back,
 * `sent` stays valid: only single reports say that there is always a new one.
 * Source: TikTok Shop Partner Center docs, "Get access token" and "Refresh access token".
 */
export function readTokenAnswer(data: unknown, now: number, sent?: Secret): Reading<Tokens> {
  const { success, output } = v.safeParse(Data, data);
  const refreshToken = success && output.refresh_token !== undefined ? new Secret(output.refresh_token) : sent;
  if (!success || refreshToken === undefined) return { what: 'an answer without usable tokens' };
  const value = {
    accessToken: new Secret(output.access_token),
    accessTokenExpiresAt: readAccessExpiry(output.access_token_expire_in, now),
    refreshToken,
    ...defined({
      refreshTokenExpiresAt: readRefreshExpiry(output.refresh_token_expire_in, now),
      sellerName: output.seller_name,
      sellerBaseRegion: output.seller_base_region,
      userType: output.user_type,
      grantedScopes: readScopes(output.granted_scopes),
    }),
  };
  return { value };
}

/** The readable keys; `undefined` if there is no list or nothing readable in it. */
function readScopes(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const keys = value.filter((key): key is string => typeof key === 'string' && key !== '');
  return keys.length === 0 && value.length > 0 ? undefined : keys;
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

/**
 * Exchanges an authorization code, which works once and for 30 minutes. Never sent again once it may have arrived; the
 * failure is then `exchange-uncertain`. On an interruption it still waits for the answer, because the code is used up.
 */
export function exchangeCode(io: Net, hosts: Hosts, app: App, code: Secret): Promise<Answer<Tokens>> {
  return call(io, hosts, {
    ...tokenCall(app, 'authorized_code', code),
    timeout: 15_000,
    whenInterrupted: 'wait',
    lost: 'exchange-uncertain',
  });
}

/**
 * Refreshes tokens. The answer contains a refresh token too, which may be new: always store it. Not sent again once it
 * may have arrived. On an interruption it still waits for the answer, because the old refresh token may no longer work.
 */
export function refreshTokens(io: Net, hosts: Hosts, app: App, refreshToken: Secret): Promise<Answer<Tokens>> {
  return call(io, hosts, {
    ...tokenCall(app, 'refresh_token', refreshToken),
    timeout: 15_000,
    whenInterrupted: 'wait',
  });
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
  if (answer.ok) return { ...answer, value: 'recognized' };
  if (answer.failure.code !== 'authorization-code-invalid') return answer;
  const { requestId } = answer.failure;
  return { ok: true, value: 'recognized', ...defined({ requestId }) };
}
