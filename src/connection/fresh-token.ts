import { defined } from '../ground/defined.ts';
import { fail, isFailure, type Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import type { Secret } from '../ground/secret.ts';
import { isConnected, type Profile, type TokenRecord } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Region } from '../ground/regions.ts';
import type { Answer } from '../tiktok/answer.ts';
import type { Hosts } from '../tiktok/portals.ts';
import type { Tokens } from '../tiktok/tokens.ts';
import { appOf } from './app.ts';

/** A profile whose access token is valid for long enough, or why there is none. */
export type FreshToken =
  | { ok: true; profile: Profile; tokens: TokenRecord; refreshed: boolean }
  /** `retryAfter`: how long TikTok Shop asks us to wait, in seconds. */
  | { ok: false; failure: Failure; retryAfter?: number };

/** The default of `--min-validity`, in milliseconds. */
export const defaultMinValidity = 10 * 60_000;

export interface Freshness {
  /** How long the access token must be valid, in milliseconds. Infinity always refreshes. */
  readonly minValidity?: number;
  /** `false` fails with profile-claimed while another machine changes the profile. */
  readonly waits?: boolean;
  /** The app's values, if newer than the stored ones, which aren't replaced until the new ones are verified. */
  readonly app?: Profile['app'];
}

/**
 * Returns the profile with an access token that is valid for long enough, refreshed if necessary. The refresh runs
 * under the store's lock and rereads the profile first, so only one of many processes refreshes. The new refresh token
 * always replaces the old one, because TikTok Shop may rotate it.
 */
export async function freshToken(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  store: Store,
  hosts: (region: Region) => Hosts,
  name: string,
  freshness: Freshness = {},
): Promise<FreshToken> {
  const seen = await connectedProfile(store, name);
  if (!seen.ok) return seen;
  if (isFresh(seen.profile, io.clock.now(), freshness))
    return { ...seen, tokens: seen.profile.tokens, refreshed: false };
  return await refreshedToken(io, store, hosts, name, freshness);
}

type FreshProfile = Profile & { readonly tokens: TokenRecord };

/** How long an access token lives if TikTok Shop doesn't say, in milliseconds (TikTok Shop Partner Center docs). */
const usualLifetime = 7 * 86_400_000;

/**
 * Whether the token is valid for another `minValidity`. If even a newly refreshed token doesn't live that long, another
 * refresh wouldn't help, so it counts as fresh for its first ten minutes. With Infinity, no token is fresh.
 */
function isFresh(
  profile: Profile | undefined,
  now: number,
  { minValidity = defaultMinValidity }: Freshness,
): profile is FreshProfile {
  if (profile?.tokens === undefined || minValidity === Infinity) return false;
  const { accessTokenExpiresAt, obtainedAt } = profile.tokens;
  const end = accessTokenExpiresAt ?? obtainedAt + usualLifetime;
  const isFromRefresh = obtainedAt !== profile.journal.done.authorize;
  const possible = Math.max(end - obtainedAt - defaultMinValidity, defaultMinValidity);
  return end - now > (isFromRefresh ? Math.min(minValidity, possible) : minValidity);
}

type Refresh = Required<Parameters<typeof refreshedToken>>;

/** Like `freshToken`, but also for tokens that were never verified, such as those of a setup abandoned for days. */
export async function refreshedToken(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  store: Store,
  hosts: (region: Region) => Hosts,
  name: string,
  freshness: Freshness = {},
): Promise<FreshToken> {
  const refresh: Refresh = [io, store, hosts, name, freshness];
  const first = await refreshUnlessLostRace(refresh);
  if (first.ok || first.retryAfter === undefined || first.retryAfter > longestRetryAfter) return first;
  // This wait doesn't hold the lock, because other processes soon give up waiting for it.
  await io.clock.sleep(first.retryAfter * 1_000, io.signal);
  return await refreshUnlessLostRace(refresh);
}

/** Seconds. If TikTok Shop asks for more, the refresh fails at once. */
const longestRetryAfter = 10;

/**
 * Refreshes the token. If TikTok Shop doesn't know the refresh token, another process may have replaced it meanwhile,
 * so this continues with the newer tokens in the store.
 */
async function refreshUnlessLostRace(refresh: Refresh): Promise<FreshToken> {
  const [io, store, , name, { minValidity = defaultMinValidity }] = refresh;
  const { sent, ...first } = await refreshOnce(refresh);
  if (first.ok || sent === undefined || first.failure.code !== 'refresh-token-unknown') return first;
  const profile = await store.profile(name);
  if (profile?.tokens === undefined || profile.tokens.refreshToken.reveal() === sent.reveal()) return first;
  if (isFresh(profile, io.clock.now(), { minValidity: Math.min(minValidity, defaultMinValidity) })) {
    return { ok: true, profile, tokens: profile.tokens, refreshed: false };
  }
  const { sent: _, ...second } = await refreshOnce(refresh);
  return second;
}

async function refreshOnce([io, store, hosts, name, freshness]: Refresh): Promise<FreshToken & { sent?: Secret }> {
  const refresh: { sent?: Secret; answer?: Answer<Tokens>; refused?: Failure } = {};
  let profile: Profile | undefined;
  try {
    profile = await store.change(
      name,
      async (current, proveWritable) => {
        if (current?.tokens === undefined || isFresh(current, io.clock.now(), freshness)) return current;
        const app = appOf({ name, app: freshness.app ?? current.app });
        if (!app.ok) {
          refresh.refused = app.failure;
          return current;
        }
        // Check that new tokens can be stored: once TikTok Shop has answered, the old refresh token may no longer work.
        await proveWritable();
        // The store calls this again if another process took over its lock and changed the profile. The answer is then
        // reused, unless that process replaced the refresh token.
        if (refresh.sent?.reveal() !== current.tokens.refreshToken.reveal()) delete refresh.answer;
        refresh.sent = current.tokens.refreshToken;
        // Loaded here because most tokens are still fresh.
        const { refreshTokens } = await import('../tiktok/tokens.ts');
        const answer = (refresh.answer ??= await refreshTokens(io, hosts(app.region), app.app, refresh.sent));
        if (!answer.ok) {
          refresh.refused = answer.failure;
          return current;
        }
        return { ...current, tokens: tokenRecord(answer.value, io.clock.now(), current.tokens) };
      },
      { unless: (current) => isFresh(current, io.clock.now(), freshness), ...defined({ waits: freshness.waits }) },
    );
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return { ok: false, failure: refresh.answer?.ok === true ? notStored(store, thrown) : (refresh.refused ?? thrown) };
  }
  const { sent, answer, refused } = refresh;
  // An interruption takes effect only now that the tokens are stored. `interrupted-unanswered` says more than it does.
  if (refused?.code !== 'interrupted-unanswered') io.signal.throwIfAborted();
  const retryAfter = answer?.ok === false ? answer.retryAfter : undefined;
  if (refused !== undefined) return { ok: false, failure: refused, ...defined({ sent, retryAfter }) };
  if (profile?.tokens === undefined) return { ok: false, failure: fail('not-connected', { profile: name }) };
  return { ok: true, profile, tokens: profile.tokens, refreshed: answer?.ok === true };
}

/** TikTok Shop's token answer in the store's form. Values missing from the answer are taken from `before`. */
export function tokenRecord(tokens: Tokens, now: number, before?: TokenRecord): TokenRecord {
  const { openId, sellerName, sellerBaseRegion, userType, grantedScopes, refreshTokenExpiresAt = null } = before ?? {};
  const kept = defined({ openId, sellerName, sellerBaseRegion, userType, grantedScopes });
  return { refreshTokenExpiresAt, ...kept, ...tokens, obtainedAt: now };
}

/** Explains what a failed write means for tokens that TikTok Shop has just issued. */
export function notStored(store: Pick<Store, 'location'>, cause: Failure): Failure {
  if (cause.code === 'tokens-kept-here') return cause;
  return fail('tokens-not-stored', { path: store.location, detail: cause.message }, { cause });
}

/** The profile if it exists and is connected. */
async function connectedProfile(
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
