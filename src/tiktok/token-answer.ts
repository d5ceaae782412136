import * as v from 'valibot';
import { defined } from '../ground/defined.ts';
import { Secret } from '../ground/secret.ts';
import type { Tokens } from '../ground/tokens-and-shops.ts';
import type { Reading } from './answer.ts';

/** Must be visible ASCII, because it is sent in a header. */
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
 * Reads the `data` of a token response. Requires only the two tokens: they can't be requested again, so an odd value in
 * another field must not lose them. If the response to a refresh has no refresh token, keeps `sent`, because it isn't
 * confirmed that there is always a new one. Source: TikTok Shop Partner Center docs, "Get access token" and "Refresh
 * access token".
 */
export function readTokenAnswer(data: unknown, now: number, sent?: Secret): Reading<Tokens> {
  const { success, output } = v.safeParse(Data, data);
  const refreshToken = success && output.refresh_token !== undefined ? new Secret(output.refresh_token) : sent;
  if (!success || refreshToken === undefined) return { what: 'JSON without usable tokens' };
  const value = {
    accessToken: new Secret(output.access_token),
    accessTokenExpiresAt: readExpiry(output.access_token_expire_in, now, longestAccess) ?? null,
    refreshToken,
    ...defined({
      refreshTokenExpiresAt: readExpiry(output.refresh_token_expire_in, now, longestRefresh),
      sellerName: output.seller_name,
      sellerBaseRegion: output.seller_base_region,
      userType: output.user_type,
      grantedScopes: readScopes(output.granted_scopes),
    }),
  };
  return { value };
}

/** Returns the keys that are strings, or `undefined` if there is no list or it has only other values. */
function readScopes(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const keys = value.filter((key): key is string => typeof key === 'string' && key !== '');
  return keys.length === 0 && value.length > 0 ? undefined : keys;
}

/** Smaller numbers are durations in seconds. As times, they would be before September 2001. */
const smallestMoment = 1e9;
/** This number and larger ones are in milliseconds. In seconds, they would be after the year 5138. */
const smallestMilliseconds = 1e11;
const largestMilliseconds = 1e14;

const year = 365.25 * 24 * 60 * 60 * 1000;
/** Real access tokens live for 7 days, so an expiry beyond this is an error in the response. */
const longestAccess = year;
/** A longer life means no expiry: a real refresh token was valid until 2124. */
const longestRefresh = 50 * year;

/**
 * Returns when a token expires, in milliseconds since 1970; `null` if it would live longer than `longest`; `undefined`
 * if `value` isn't a time. TikTok Shop's `*_expire_in` are absolute Unix seconds. Also accepts milliseconds, durations
 * and numbers as text.
 */
function readExpiry(value: unknown, now: number, longest: number): number | null | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,20}(\.\d*)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0) || number >= largestMilliseconds) return undefined;
  const ms = number >= smallestMilliseconds ? number : number * 1000;
  const end = Math.floor(number < smallestMoment ? now + ms : ms);
  return end > now + longest ? null : end;
}
