import { freshToken, type FreshToken } from '../connection/fresh-token.ts';
import { asFailure } from '../ground/system-error.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import { withComputerFacts, type DoctorInput } from './computer-facts.ts';
import type { Facts } from './facts.ts';
import { findProfile, profileFacts } from './profile-facts.ts';
import { secretsOf } from './redact.ts';
import { runChecks, worstOf, type Status, type Verdict } from './run.ts';

export interface Diagnosis {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  readonly status: Status;
  /** Safe to show to support: see `runChecks`. */
  readonly verdicts: readonly Verdict[];
  /** How many access tokens `--fix` refreshed. */
  readonly refreshed: number;
}

/**
 * Examines the program, this computer and one connection. With `input.fixed`, first refreshes an expired access token.
 * @throws Failure `interrupted`, or the refresh's failure if that was interrupted
 */
export async function diagnose(input: DoctorInput, profile: string): Promise<Diagnosis> {
  return await withComputerFacts(input, async (computer) => {
    const stored = profileFacts(computer, () => findProfile(computer, profile));
    const facts = await withFreshToken(stored, { within: 0, waits: true });
    const verdicts = await runChecks(input.checks, facts);
    const refreshed = facts.refreshed === true ? 1 : 0;
    return { at: input.io.clock.now(), version: input.version, status: worstOf(verdicts), verdicts, refreshed };
  });
}

/**
 * With `--fix`, refreshes the access token if it expires within `within` milliseconds, or if TikTok Shop says that it
 * has expired.
 * @returns the facts after that, with `notRefreshed` if the refresh failed
 * @throws Failure the refresh's failure if it was interrupted, because the checks won't run to report it
 */
export async function withFreshToken(
  facts: Facts,
  { within, waits }: { readonly within: number; readonly waits: boolean },
): Promise<Facts> {
  if (!facts.fixed || !facts.running.has('token')) return facts;
  const [opening, { profile: before }] = [await facts.store(), await facts.profile()];
  // The checks report why the store or the profile can't be read.
  if (!opening.ok || before === undefined) return facts;
  const minValidity = await validityToRequest(facts, before, within);
  if (minValidity === null) return facts;
  const refresh = await freshToken({ ...facts, store: opening.store }, before.name, { minValidity, waits }).catch(
    (thrown: unknown): FreshToken => ({ ok: false, failure: asFailure(thrown) }),
  );
  if (!refresh.ok) {
    if (facts.io.signal.aborted) throw refresh.failure;
    return { ...facts, notRefreshed: refresh.failure };
  }
  const { profile, refreshed } = refresh;
  const secrets = [...facts.secrets, ...secretsOf(profile)];
  const found = profileFacts({ ...facts, secrets }, () => Promise.resolve({ state: 'known', profile }));
  return { ...found, app: facts.app, refreshed };
}

/** Returns the `minValidity` to refresh with, in milliseconds; `null` if the token needs no refresh. */
async function validityToRequest({ io, connection }: Facts, profile: Profile, within: number): Promise<number | null> {
  if (!isConnected(profile)) return null;
  const { accessTokenExpiresAt: end } = profile.tokens;
  if (end !== null && end - io.clock.now() <= within) return within;
  const verification = await connection();
  const isExpired = verification?.verdict === 'failed' && verification.failure.code === 'access-token-expired';
  return isExpired ? Infinity : null;
}
