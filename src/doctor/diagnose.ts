import { freshToken, type FreshToken } from '../connection/fresh-token.ts';
import { abortWith } from '../ground/abort-with.ts';
import { asFailure, fail } from '../ground/errors.ts';
import { isConnected, type Profile } from '../store/model/profile.ts';
import { deadline, failed, failedWith, skip, type Check, type Finding } from './check.ts';
import { withComputerFacts, type DoctorInput } from './computer-facts.ts';
import { findProfile, profileFacts, type ComputerFacts, type Facts } from './facts.ts';
import { redactor, secretsOf } from './redact.ts';

export interface Verdict {
  readonly check: Check;
  readonly finding: Finding;
  readonly durationMs: number;
}

export interface Diagnosis {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  /** The status of the worst finding. */
  readonly status: 'pass' | 'warn' | 'fail';
  /** Safe to share with support; see `runChecks`. */
  readonly verdicts: readonly Verdict[];
  /** How many access tokens `--fix` refreshed. */
  readonly refreshed: number;
}

/**
 * Examines the program, this computer and one connection. With `input.fixed`, first refreshes an expired access token.
 * @throws Failure interrupted; as `withFreshToken`
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
 * With `--fix`, and if the `token` check runs, refreshes the access token if it expires within `within` milliseconds or
 * TikTok Shop says that it has expired.
 * @returns the facts after that, with `notRefreshed` if the refresh failed
 * @throws Failure the refresh's failure after an interruption, because then no check runs to report it
 */
export async function withFreshToken(
  facts: Facts,
  { within, waits }: { readonly within: number; readonly waits: boolean },
): Promise<Facts> {
  if (!facts.fixed || !facts.running.has('token')) return facts;
  const opening = await facts.store();
  const { profile: before } = await facts.profile();
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
  return { ...profileFacts({ ...facts, secrets }, () => ({ profile })), app: facts.app, refreshed };
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

/**
 * Runs all checks at the same time, within one deadline. A check that throws or is late doesn't affect the others.
 * Verdicts are in the order of `checks`, without secrets and without the home directory.
 * @throws Failure interrupted as soon as the signal aborts
 */
export async function runChecks(checks: readonly Check[], facts: Facts): Promise<readonly Verdict[]> {
  const { clock, signal } = facts.io;
  // All checks share one timer, because with hundreds of profiles, a timer per check would take most of the memory.
  const finished = abortWith(signal);
  const deadlinePassed = clock.sleep(deadline, finished.signal);
  const all = checks.map(async (check) => {
    const started = clock.monotonic();
    const late = (): Finding => failed(`didn’t finish within ${String(deadline / 1000)} s`, check.whenLate);
    const run = async (): Promise<Finding> => await check.run(facts);
    const finding = facts.running.has(check.id)
      ? await Promise.race([run().catch((thrown: unknown) => failedWith(asFailure(thrown))), deadlinePassed.then(late)])
      : skip('skipped by --offline');
    return { check, finding, durationMs: Math.round(clock.monotonic() - started) };
  });
  const verdicts = await Promise.all(all).finally(() => finished.abort(null));
  if (signal.aborted) throw fail('interrupted', {});
  // Redact last, because running the checks collects the secrets.
  return redacted(verdicts, facts);
}

export const worstOf = (verdicts: readonly Verdict[]): Diagnosis['status'] =>
  (['fail', 'warn'] as const).find((status) => verdicts.some(({ finding }) => finding.status === status)) ?? 'pass';

export function redacted(verdicts: readonly Verdict[], { secrets, io }: ComputerFacts): readonly Verdict[] {
  const redact = redactor(secrets, io.host.homeDirectory);
  const shown = ([name, text]: [string, string]) => [name, name === 'status' ? text : redact(text)];
  const redactFinding = (finding: Finding) =>
    Object.fromEntries(Object.entries(finding).map(shown)) as unknown as Finding;
  return verdicts.map((verdict) => ({ ...verdict, finding: redactFinding(verdict.finding) }));
}
