import { defined } from '../ground/defined.ts';
import { fail, isFailure, type Failure } from '../ground/errors.ts';
import type { Secret } from '../ground/secret.ts';
import type { Tokens } from '../ground/tokens-and-shops.ts';
import { isConnected, type Profile, type TokenRecord } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { Answer } from '../tiktok/answer.ts';
import { requireApp, type CallContext } from './app.ts';

export type FreshToken =
  | { ok: true; profile: Profile; tokens: TokenRecord; refreshed: boolean }
  /** `retryAfter`: as in `Answer`. `sent`: the refresh token we sent, if any. */
  | { ok: false; failure: Failure; retryAfter?: number; sent?: Secret };

/** The default of `--min-validity`, in milliseconds. */
const defaultMinValidity = 10 * 60_000;

interface Freshness {
  /** How long the access token must still be valid, in milliseconds. Infinity always refreshes. */
  readonly minValidity?: number;
  /** If `false`, fails with profile-claimed while another process is changing the profile in a database. */
  readonly waits?: boolean;
  /** The app's new values, which replace the stored ones only after they are verified. */
  readonly app?: Profile['app'];
}

export interface RefreshContext extends CallContext {
  readonly store: Store;
}

/**
 * Refreshes the token if necessary. The refresh holds the store's lock and rereads the profile first, so only one of
 * many processes refreshes. The new refresh token replaces the old one, because TikTok Shop may rotate it.
 */
export async function freshToken(
  context: RefreshContext,
  name: string,
  freshness: Freshness = {},
): Promise<FreshToken> {
  const { io, store } = context;
  const profile = await store.profile(name);
  if (profile === undefined)
    return { ok: false, failure: fail('profile-unknown', { profile: name, known: await store.names() }) };
  if (!isConnected(profile)) return { ok: false, failure: fail('not-connected', { profile: name }) };
  const { tokens } = profile;
  if (isFresh(profile, io.clock.now(), freshness)) return { ok: true, profile, tokens, refreshed: false };
  return await freshUnverifiedToken(context, name, freshness);
}

/** How long an access token lives if TikTok Shop doesn't say (TikTok Shop Partner Center docs). */
const usualLifetime = 7 * 86_400_000;

/**
 * A refreshed token counts as fresh for ten minutes, even if it isn't valid for `minValidity`, because refreshing it
 * again wouldn't help.
 */
function isFresh(profile: Profile | undefined, now: number, { minValidity = defaultMinValidity }: Freshness): boolean {
  if (profile?.tokens === undefined || minValidity === Infinity) return false;
  const { accessTokenExpiresAt, obtainedAt } = profile.tokens;
  const end = accessTokenExpiresAt ?? obtainedAt + usualLifetime;
  const isFromRefresh = obtainedAt !== profile.journal.done.authorize;
  const possible = Math.max(end - obtainedAt - defaultMinValidity, defaultMinValidity);
  return end - now > (isFromRefresh ? Math.min(minValidity, possible) : minValidity);
}

/** Like `freshToken`, but also for tokens that were never verified, such as those of a setup abandoned for days. */
export async function freshUnverifiedToken(
  context: RefreshContext,
  name: string,
  freshness: Freshness = {},
): Promise<FreshToken> {
  const { io } = context;
  const first = await refreshWithRaceRetry(context, name, freshness);
  if (first.ok || first.retryAfter === undefined) return first;
  // This wait doesn't hold the lock, because other processes soon give up waiting for it.
  await io.clock.sleep(first.retryAfter * 1_000, io.signal);
  return await refreshWithRaceRetry(context, name, freshness);
}

/** If TikTok Shop doesn't know the refresh token and another process has stored a newer one, tries that one. */
async function refreshWithRaceRetry(context: RefreshContext, name: string, freshness: Freshness): Promise<FreshToken> {
  const first = await refreshOnce(context, name, freshness);
  if (first.ok || first.failure.code !== 'refresh-token-unknown') return first;
  const { tokens } = (await context.store.profile(name)) ?? {};
  if (tokens === undefined || tokens.refreshToken.reveal() === first.sent?.reveal()) return first;
  // A token that another process has just refreshed is fresh enough, even if `minValidity` is Infinity.
  const minValidity = Math.min(freshness.minValidity ?? defaultMinValidity, defaultMinValidity);
  return await refreshOnce(context, name, { ...freshness, minValidity });
}

async function refreshOnce(context: RefreshContext, name: string, freshness: Freshness): Promise<FreshToken> {
  const { io, store, hosts } = context;
  const refresh: { sent?: Secret; answer?: Answer<Tokens> } = {};
  const isReady = (current?: Profile): boolean => isFresh(current, io.clock.now(), freshness);
  let profile: Profile | undefined;
  try {
    profile = await store.change(
      name,
      async (current, proveWritable) => {
        if (current?.tokens === undefined || isReady(current)) return current;
        const { app, region } = requireApp({ name, app: freshness.app ?? current.app });
        // Check that new tokens can be stored. Once TikTok Shop has issued them, the old ones may no longer work.
        await proveWritable();
        // The store calls this again if another process took over its lock and changed the profile. The response is
        // then reused, unless that process replaced the refresh token.
        if (refresh.sent?.reveal() !== current.tokens.refreshToken.reveal()) delete refresh.answer;
        refresh.sent = current.tokens.refreshToken;
        // Load this only for a refresh, because most tokens are still fresh.
        const { refreshTokens } = await import('../tiktok/tokens.ts');
        const answer = (refresh.answer ??= await refreshTokens(io, hosts(region), app, refresh.sent));
        if (answer.ok) return { ...current, tokens: tokenRecord(answer.value, io.clock.now(), current.tokens) };
        const { refreshToken } = answer;
        return refreshToken ? { ...current, tokens: { ...current.tokens, refreshToken } } : current;
      },
      { unless: isReady, ...defined({ waits: freshness.waits }) },
    );
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    const { answer } = refresh;
    if (answer?.ok === true || answer?.refreshToken !== undefined) return { ok: false, failure: notStored(thrown) };
    return { ok: false, failure: answer?.failure ?? thrown };
  }
  const { sent, answer } = refresh;
  const refused = answer?.ok === false ? answer : undefined;
  // Interrupt only now that the tokens are stored, and not if the failure already reports the interruption.
  if (refused?.failure.code !== 'interrupted-unanswered') io.signal.throwIfAborted();
  if (refused) return { ok: false, failure: refused.failure, ...defined({ sent, retryAfter: refused.retryAfter }) };
  if (profile?.tokens === undefined) return { ok: false, failure: fail('not-connected', { profile: name }) };
  return { ok: true, profile, tokens: profile.tokens, refreshed: answer?.ok === true };
}

/** If TikTok Shop omitted a value, keeps the one from `before`. */
export const tokenRecord = (tokens: Tokens, now: number, before?: TokenRecord): TokenRecord => ({
  refreshTokenExpiresAt: null,
  ...before,
  ...tokens,
  obtainedAt: now,
});

export function notStored(cause: Failure): Failure {
  if (cause.code === 'tokens-kept-here') return cause;
  return fail('tokens-not-stored', { detail: cause.message }, { cause });
}
