import * as v from 'valibot';
import { defined } from '../ground/defined.ts';
import type { Failure } from '../ground/errors.ts';
import { Secret } from '../ground/secret.ts';
import type { Tokens } from '../ground/tokens-and-shops.ts';
import type { Answer, Reading } from './answer.ts';
import { call, type Call, type Net } from './call.ts';
import type { Hosts } from './portals.ts';

export interface App {
  readonly appKey: string;
  readonly appSecret: Secret;
}

/**
 * Builds a request for tokens. The App Secret is in its address, so never show or log it, and don't follow redirects.
 * The grant type is `authorized_code`, not RFC 6749's `authorization_code`, and a POST gets a 404. Source: TikTok Shop
 * Partner Center docs, "Get access token" and "Refresh access token".
 */
function tokenCall(
  { appKey, appSecret }: App,
  grantType: 'authorized_code' | 'refresh_token',
  credential: Secret,
): Call<Tokens> {
  const isRefresh = grantType === 'refresh_token';
  const parameters = { app_key: appKey, app_secret: appSecret.reveal(), grant_type: grantType };
  return {
    method: 'GET',
    host: 'auth',
    path: `/api/v2/token/${isRefresh ? 'refresh' : 'get'}`,
    query: () => ({ ...parameters, [isRefresh ? 'refresh_token' : 'auth_code']: credential.reveal() }),
    secrets: [appSecret, credential],
    read: (data, now) => readTokens(data, now, isRefresh ? credential : undefined),
  };
}

/**
 * Exchanges an authorization code, which works only once and expires after 30 minutes. If the request may have arrived
 * but there is no response, fails with `exchange-uncertain`, or after Ctrl-C with `interrupted-unanswered`.
 */
export function exchangeCode(io: Net, hosts: Hosts, app: App, code: Secret): Promise<Answer<Tokens>> {
  const request = tokenCall(app, 'authorized_code', code);
  return call(io, hosts, { ...request, whenInterrupted: 'wait', lost: 'exchange-uncertain' });
}

/** Always store the returned refresh token, because it may be new. Doesn't retry a request that may have arrived. */
export const refreshTokens = (io: Net, hosts: Hosts, app: App, refreshToken: Secret): Promise<Answer<Tokens>> =>
  call(io, hosts, { ...tokenCall(app, 'refresh_token', refreshToken), whenInterrupted: 'wait' });

const impossibleCode = new Secret('ottokit-tiktok-check');

/**
 * Checks whether TikTok Shop knows the App Key, by sending an impossible code and expecting its refusal (36004004).
 * Public reports say that the App Key is checked first, but that isn't confirmed. This may not test the App Secret.
 */
export async function probeApp(io: Net, hosts: Hosts, app: App): Promise<Answer<'recognized'>> {
  const answer = await call(io, hosts, tokenCall(app, 'authorized_code', impossibleCode));
  return answer.ok || answer.failure.code === 'authorization-code-invalid' ? { ok: true, value: 'recognized' } : answer;
}

/** Whether this failure of `probeApp` says nothing about the App Key. */
export const isInconclusive = ({ code }: Failure): boolean =>
  ['interrupted', 'network-failed', 'answer-unreadable', 'rate-limited', 'vendor-error'].includes(code);

const secret = v.transform((text: string) => new Secret(text));
/** Must be visible ASCII, because the access token is sent in a header. */
const Token = v.fallback(v.optional(v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/), secret)), undefined);
const Text = v.fallback(v.optional(v.string()), undefined);
const Kind = v.union([v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number))]);

const Fields = v.object({
  access_token: Token,
  access_token_expire_in: v.optional(v.unknown()),
  refresh_token: Token,
  refresh_token_expire_in: v.optional(v.unknown()),
  seller_name: Text,
  seller_base_region: Text,
  user_type: v.fallback(v.optional(Kind), undefined),
  granted_scopes: v.optional(v.unknown()),
});

/**
 * Reads the `data` of a token response. Requires only the tokens. They can't be requested again, so an odd value in
 * another field must not make us lose them. If the response to a refresh has no refresh token, keeps the one that was
 * sent, because we don't know whether TikTok Shop always returns one.
 */
export function readTokens(data: unknown, now: number, sent?: Secret): Reading<Tokens> {
  const output = v.parse(v.fallback(Fields, {}), data);
  const { access_token: accessToken, refresh_token: refreshToken = sent } = output;
  if (accessToken === undefined || refreshToken === undefined)
    return { what: 'JSON without usable tokens', refreshToken: output.refresh_token };
  const accessTokenExpiresAt = readExpiry(output.access_token_expire_in, now, 1) ?? null;
  const optional = defined({
    refreshTokenExpiresAt: readExpiry(output.refresh_token_expire_in, now, 50),
    sellerName: output.seller_name,
    sellerBaseRegion: output.seller_base_region,
    userType: output.user_type,
    grantedScopes: readScopes(output.granted_scopes),
  });
  return { value: { accessToken, accessTokenExpiresAt, refreshToken, ...optional } };
}

/** Returns `undefined` if there is no list or none of its entries is a scope's key. */
function readScopes(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const keys = value.filter((key): key is string => typeof key === 'string' && key !== '');
  return keys.length === 0 && value.length > 0 ? undefined : keys;
}

/**
 * Returns when a token expires, in milliseconds since 1970; `undefined` if `value` isn't a time; `null` if that is more
 * than `years` away. An access token lives for 7 days, so its expiry is then unknown. A refresh token then doesn't
 * expire: a real one was valid until 2124. TikTok Shop's `*_expire_in` are Unix times in seconds. We also accept
 * numeric text, milliseconds (1e11 or more) and durations in seconds (less than 1e9).
 */
function readExpiry(value: unknown, now: number, years: number): number | null | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,20}(\.\d*)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0) || number >= 1e14) return undefined;
  const ms = number >= 1e11 ? number : number * 1000;
  const end = Math.floor(number < 1e9 ? now + ms : ms);
  return end > now + years * 365.25 * 86_400_000 ? null : end;
}
