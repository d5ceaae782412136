import { fail, isFailure, type Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { isConnected, type Profile, type TokenRecord } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Hosts } from '../tiktok/portals.ts';
import type { Tokens } from '../tiktok/tokens.ts';
import { appOf } from './app.ts';

/** A connected profile whose access token is valid for long enough. */
export type FreshToken =
  | { ok: true; profile: Profile; tokens: TokenRecord; refreshed: boolean }
  /** `retryAfter`: seconds that TikTok Shop asks to wait. */
  | { ok: false; failure: Failure; retryAfter?: number };

/** The default of `--min-validity`, in milliseconds. */
export const defaultMinValidity = 10 * 60_000;

/**
 * The profile with an access token that is valid for at least `minValidity` milliseconds more, refreshed if need be.
 * The refresh runs under the store's lock and after a second look, so of many processes exactly one refreshes. The
 * refresh token that comes back is always the one kept: TikTok Shop may rotate it.
 */
export async function freshToken(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  store: Store,
  hosts: (region: 'us' | 'row') => Hosts,
  name: string,
  minValidity: number = defaultMinValidity,
): Promise<FreshToken> {
  const seen = await connectedProfile(store, name);
  if (!seen.ok) return seen;
  if (isFresh(seen.profile, io.clock.now(), minValidity))
    return { ...seen, tokens: seen.profile.tokens, refreshed: false };
  return await refreshedToken(io, store, hosts, name, minValidity);
}

type FreshProfile = Profile & { readonly tokens: TokenRecord };

const isFresh = (profile: Profile | undefined, now: number, minValidity: number): profile is FreshProfile =>
  profile?.tokens !== undefined && (profile.tokens.accessTokenExpiresAt ?? 0) - now > minValidity;

/**
 * The same for tokens that were never verified, such as those of a setup that was left for days. `minValidity` Infinity
 * refreshes in any case: for a token that TikTok Shop calls expired before its noted end.
 */
export async function refreshedToken(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  store: Store,
  hosts: (region: 'us' | 'row') => Hosts,
  name: string,
  minValidity: number,
): Promise<FreshToken> {
  const first = await refreshOnce(io, store, hosts, name, minValidity);
  if (first.ok || first.retryAfter === undefined || first.retryAfter > patience) return first;
  // Not while the lock is held: others wait for that, and only so long.
  await io.clock.sleep(first.retryAfter * 1_000, io.signal);
  return await refreshOnce(io, store, hosts, name, minValidity);
}

/** The longest wait that TikTok Shop may ask for, in seconds; a longer one fails at once. */
const patience = 10;

async function refreshOnce(
  ...[io, store, hosts, name, minValidity]: Parameters<typeof refreshedToken>
): Promise<FreshToken> {
  const refresh: { refused?: Failure; retryAfter?: number; gotNew: boolean } = { gotNew: false };
  let profile: Profile | undefined;
  try {
    profile = await store.change(name, async (current, proveWritable) => {
      if (current?.tokens === undefined || isFresh(current, io.clock.now(), minValidity)) return current;
      const app = appOf(current);
      if (!app.ok) {
        refresh.refused = app.failure;
        return current;
      }
      // The refresh token that is sent may be worth nothing once it is answered.
      await proveWritable();
      // A token that is still fresh, as most are, needs nothing of this.
      const { refreshTokens } = await import('../tiktok/tokens.ts');
      const answer = await refreshTokens(io, hosts(app.region), app.app, current.tokens.refreshToken);
      if (!answer.ok) {
        refresh.refused = answer.failure;
        if (answer.retryAfter !== undefined) refresh.retryAfter = answer.retryAfter;
        return current;
      }
      refresh.gotNew = true;
      return { ...current, tokens: tokenRecord(answer.value, io.clock.now(), current.tokens) };
    });
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return { ok: false, failure: refresh.gotNew ? notStored(store, thrown) : thrown };
  }
  // The tokens are kept; now an interruption that came meanwhile counts.
  io.signal.throwIfAborted();
  const { refused, retryAfter } = refresh;
  if (refused !== undefined)
    return { ok: false, failure: refused, ...(retryAfter === undefined ? {} : { retryAfter }) };
  if (profile?.tokens === undefined) return { ok: false, failure: fail('not-connected', { profile: name }) };
  return { ok: true, profile, tokens: profile.tokens, refreshed: refresh.gotNew };
}

/** What the store keeps of a token answer; what an answer leaves out stays as it was before. */
export function tokenRecord(tokens: Tokens, now: number, before?: TokenRecord): TokenRecord {
  const { requestId: _, ...given } = tokens;
  const { openId, sellerName, sellerBaseRegion, userType, grantedScopes, refreshTokenExpiresAt = null } = before ?? {};
  const kept = { openId, sellerName, sellerBaseRegion, userType, grantedScopes };
  const defined = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return { refreshTokenExpiresAt, ...defined, ...given, obtainedAt: now };
}

/** The store's failure to write, told as what it means for tokens that TikTok Shop has just given. */
export function notStored(store: Pick<Store, 'path'>, cause: Failure): Failure {
  return fail('tokens-not-stored', { path: store.path, detail: cause.message }, { cause });
}

/** The profile, when there is one and it is connected; otherwise the failure that says which of the two is not so. */
export async function connectedProfile(
  store: Store,
  name: string,
): Promise<{ ok: true; profile: Profile } | { ok: false; failure: Failure }> {
  const profile = await store.profile(name);
  if (profile === undefined) {
    return { ok: false, failure: fail('profile-unknown', { profile: name, known: await store.names() }) };
  }
  if (!isConnected(profile)) return { ok: false, failure: fail('not-connected', { profile: name }) };
  return { ok: true, profile };
}
