import * as v from 'valibot';
import { defined } from '../ground/defined.ts';
import { Secret } from '../ground/secret.ts';
import type { Tokens } from '../ground/tokens-and-shops.ts';
import type { Reading } from './answer.ts';

/** Must be visible ASCII, because the access token is sent in a header. */
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
 * Reads the `data` of a token response. Requires only the tokens. They can't be requested again, so an odd value in
 * another field must not make us lose them. If the response to a refresh has no refresh token, keeps the one that was
 * sent, because we don't know whether TikTok Shop always returns one. Source: TikTok Shop Partner Center docs, "Get
 * access token" and "Refresh access token".
 */
export function readTokenAnswer(data: unknown, now: number, sent?: Secret): Reading<Tokens> {
  const { success, output } = v.safeParse(Data, data);
  const refreshToken = success && output.refresh_token !== undefined ? new Secret(output.refresh_token) : sent;
  if (!success || refreshToken === undefined) return { what: 'JSON without usable tokens' };
  const value = {
    accessToken: new Secret(output.access_token),
    accessTokenExpiresAt: readExpiry(output.access_token_expire_in, now, 1) ?? null,
    refreshToken,
    ...defined({
      refreshTokenExpiresAt: readExpiry(output.refresh_token_expire_in, now, 50),
      sellerName: output.seller_name,
      sellerBaseRegion: output.seller_base_region,
      userType: output.user_type,
      grantedScopes: readScopes(output.granted_scopes),
    }),
  };
  return { value };
}

/** Returns the scope keys in the list, or `undefined` if there is no list or none of its entries is a key. */
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
