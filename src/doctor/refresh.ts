import { freshToken, type FreshToken } from '../connection/fresh-token.ts';
import type { Failure } from '../ground/errors.ts';
import { asFailure } from '../ground/system-error.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import type { ComputerFacts, Facts } from './facts.ts';

export interface Refreshed {
  /** About the profile as it is now; with `notRefreshed` if the refresh failed. */
  readonly facts: Facts;
  /** Whether TikTok Shop has just issued new tokens. */
  readonly refreshed: boolean;
}

/** Whether `--fix` may refresh access tokens. */
export const isRefreshing = ({ fixed, running }: ComputerFacts): boolean => fixed && running.has('token');

/**
 * Refreshes the access token if it expires within `within` milliseconds, or if TikTok Shop says that it has expired.
 * @throws Failure after an interruption, when no check reports why the refresh failed
 */
export async function withFreshToken(
  factsOf: (profile: Profile, notRefreshed?: Failure) => Facts,
  store: Store,
  profile: Profile,
  { within, waits }: { readonly within: number; readonly waits: boolean },
): Promise<Refreshed> {
  const facts = factsOf(profile);
  const minValidity = await validityToRequest(facts, profile, within);
  if (minValidity === null) return { facts, refreshed: false };
  const refresh = await freshToken({ ...facts, store }, profile.name, { minValidity, waits }).catch(
    (thrown: unknown): FreshToken => ({ ok: false, failure: asFailure(thrown) }),
  );
  if (refresh.ok) return { facts: factsOf(refresh.profile), refreshed: refresh.refreshed };
  if (facts.io.signal.aborted) throw refresh.failure;
  return { facts: factsOf(profile, refresh.failure), refreshed: false };
}

/** How long the refreshed token must be valid, in milliseconds; `null` if it needs no refresh. */
async function validityToRequest({ io, connection }: Facts, profile: Profile, within: number): Promise<number | null> {
  if (!isConnected(profile)) return null;
  const { accessTokenExpiresAt: end } = profile.tokens;
  if (end !== null && end - io.clock.now() <= within) return within;
  const verification = await connection();
  const isExpired = verification?.verdict === 'failed' && verification.failure.code === 'access-token-expired';
  return isExpired ? Infinity : null;
}
