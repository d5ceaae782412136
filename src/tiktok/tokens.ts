import {
  array,
  fallback,
  literal,
  nullish,
  number,
  object,
  optional,
  pipe,
  regex,
  safeParse,
  string,
  union,
  unknown,
} from 'valibot';
import { Secret } from '../ground/secret.ts';
import type { Answer, ReadData } from './answer.ts';
import { call, type Call, type Net } from './call.ts';
import { farthestEnd, readExpiry } from './expiry.ts';
import type { Hosts } from './portals.ts';

export interface App {
  readonly appKey: string;
  readonly appSecret: Secret;
}

/** Moments are milliseconds since 1970. */
export interface Tokens {
  readonly accessToken: Secret;
  readonly accessTokenExpiresAt: number;
  readonly refreshToken: Secret;
  /** `null`: no expiry; TikTok Shop gave an end more than fifty years off. Absent: a refresh did not tell it anew. */
  readonly refreshTokenExpiresAt?: number | null;
  readonly openId?: string;
  readonly sellerName?: string;
  readonly sellerBaseRegion?: string;
  /** 0 seller, 1 creator, 3 partner. */
  readonly userType?: number;
  /** Absent when TikTok Shop did not tell. */
  readonly grantedScopes?: readonly string[];
  readonly requestId?: string;
}

/** A token travels in a header: visible ASCII only. */
const Token = pipe(string(), regex(/^[\x21-\x7e]+$/));
const Text = fallback(optional(string()), undefined);

const Data = object({
  access_token: Token,
  access_token_expire_in: unknown(),
  refresh_token: nullish(union([Token, literal('')])),
  refresh_token_expire_in: optional(unknown()),
  open_id: Text,
  seller_name: Text,
  seller_base_region: Text,
  user_type: fallback(optional(number()), undefined),
  granted_scopes: fallback(optional(array(string())), undefined),
});

/**
 * Reads `data` of a token answer. The two tokens and their ends must be there; the rest is taken when it is readable.
 * Where `sent` was refreshed, an answer without a refresh token leaves that one good: that there is always a new one is
 * known from single reports alone.
 *
 * Source: TikTok Shop Partner Center docs, "Get access token" and "Refresh access token".
 */
export function readTokenAnswer(now: number, sent?: Secret): ReadData<Tokens> {
  return (data, requestId) => {
    const parsed = safeParse(Data, data);
    if (!parsed.success) return { what: 'an answer without usable tokens' };
    const { output } = parsed;
    const told = output.refresh_token ?? '';
    const refreshToken = told === '' ? sent : new Secret(told);
    if (refreshToken === undefined) return { what: 'an answer without usable tokens' };
    const accessEnd = readExpiry(output.access_token_expire_in, now);
    const end = output.refresh_token_expire_in;
    const isUntold = told === '' && (end === undefined || end === null || end === '' || end === 0);
    const refreshEnd = isUntold ? undefined : readExpiry(end, now);
    if (accessEnd === undefined || (refreshEnd === undefined && !isUntold))
      return { what: 'tokens without a readable expiry' };
    return {
      value: {
        accessToken: new Secret(output.access_token),
        accessTokenExpiresAt: accessEnd ?? farthestEnd(now),
        refreshToken,
        ...(refreshEnd === undefined ? {} : { refreshTokenExpiresAt: refreshEnd }),
        ...(output.open_id === undefined ? {} : { openId: output.open_id }),
        ...(output.seller_name === undefined ? {} : { sellerName: output.seller_name }),
        ...(output.seller_base_region === undefined ? {} : { sellerBaseRegion: output.seller_base_region }),
        ...(output.user_type === undefined ? {} : { userType: output.user_type }),
        ...(output.granted_scopes === undefined ? {} : { grantedScopes: output.granted_scopes }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    };
  };
}

/**
 * A request for tokens. It is a GET, not signed, with the App Secret in its address: that address must never be shown
 * or logged, and no redirect of it followed.
 *
 * Source: TikTok Shop Partner Center docs, "Get access token": the grant type is `authorized_code`, not RFC 6749's
 * `authorization_code`; a POST answers 404.
 */
function tokenCall(
  hosts: Hosts,
  { appKey, appSecret }: App,
  grant: { path: 'get' | 'refresh'; name: 'auth_code' | 'refresh_token'; value: Secret; type: string },
): Pick<Call<Tokens>, 'host' | 'origin' | 'secrets' | 'request' | 'read'> {
  return {
    host: 'auth',
    origin: hosts.auth,
    secrets: [appSecret, grant.value],
    request: () => {
      const query = new URLSearchParams({
        app_key: appKey,
        app_secret: appSecret.reveal(),
        [grant.name]: grant.value.reveal(),
        grant_type: grant.type,
      });
      return { method: 'GET', url: `${hosts.auth}/api/v2/token/${grant.path}?${query.toString()}` };
    },
    read: (now) => readTokenAnswer(now, grant.name === 'refresh_token' ? grant.value : undefined),
  };
}

function codeGrant(code: Secret) {
  return { path: 'get', name: 'auth_code', value: code, type: 'authorized_code' } as const;
}

/**
 * Exchanges an authorization code, which works once and for 30 minutes. Never sent again once it may have arrived: then
 * the failure is `exchange-uncertain`. An interruption leaves it some seconds then: the code is used up by what was sent.
 */
export function exchangeCode(io: Net, hosts: Hosts, app: App, code: Secret): Promise<Answer<Tokens>> {
  return call(io, {
    ...tokenCall(hosts, app, codeGrant(code)),
    timeout: 15_000,
    outlivesInterruption: true,
    lost: 'exchange-uncertain',
  });
}

/**
 * Refreshes. The answer has a refresh token too, which may be a new one: always store it. Not sent again once it may
 * have arrived, and not ended at once by an interruption: the refresh token that was sent may be worth nothing any more.
 */
export function refreshTokens(io: Net, hosts: Hosts, app: App, refreshToken: Secret): Promise<Answer<Tokens>> {
  const grant = { path: 'refresh', name: 'refresh_token', value: refreshToken, type: 'refresh_token' } as const;
  return call(io, { ...tokenCall(hosts, app, grant), timeout: 15_000, outlivesInterruption: true });
}

/** Nothing that TikTok Shop could have issued. */
const junkCode = new Secret('ottokit-tiktok-check');

/**
 * Whether TikTok Shop knows the App Key: it is sent a code that cannot be right, and complains about that alone
 * (36004004). It says nothing about the App Secret, whose check may come after the code's: that is confirmed by the
 * first exchange. That the App Key is checked first was seen in public reports, not confirmed.
 */
export async function probeApp(io: Net, hosts: Hosts, app: App): Promise<Answer<'recognised'>> {
  const answer = await call(io, { ...tokenCall(hosts, app, codeGrant(junkCode)), timeout: 10_000, patience: 10 });
  if (answer.ok) return { ...answer, value: 'recognised' };
  if (answer.failure.code !== 'authorization-code-invalid') return answer;
  const { requestId } = answer.failure;
  return { ok: true, value: 'recognised', ...(requestId === undefined ? {} : { requestId }) };
}
