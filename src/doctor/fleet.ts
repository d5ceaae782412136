import { setFlagsFromString } from 'node:v8';
import { fail } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import { profileMatcher } from '../store/model/profile-name.ts';
import { isAboutProfile } from './check.ts';
import { withComputerFacts, type Diagnosis, type Examination } from './diagnose.ts';
import type { DoctorInput } from './facts.ts';
import { factsByProfile, profileFacts } from './find-facts.ts';
import { isRefreshing, withFreshToken } from './refresh.ts';
import { runChecks, worstOf } from './run.ts';
import { visitAll } from './visit-all.ts';

/** The findings of one profile. */
export interface ProfileDiagnosis extends Pick<Diagnosis, 'status' | 'verdicts'> {
  readonly profile: string;
}

/** `verdicts` are about this computer. */
export interface FleetDiagnosis extends Diagnosis {
  /** Sorted by name. */
  readonly profiles: readonly ProfileDiagnosis[];
  /** How many profiles were chosen. After an interruption, `profiles` has fewer. */
  readonly total: number;
  /** Whether the store opened. If not, the profiles are unknown. */
  readonly opened: boolean;
}

export interface FleetExamination extends Examination {
  /** Matches profile names; `*` for all. */
  readonly pattern: string;
  /** How many profiles at a time. */
  readonly concurrency: number;
  /** Called once the number of profiles is known, and after each of them. */
  readonly onProgress: (done: number, total: number) => void;
}

/** With more, profiles of one app would wait for its rate limit longer than a check may take. */
const maxConcurrency = 100;

/** Refreshes tokens that expire within this many milliseconds: over a day, because a daily cron job may run late. */
const refreshWithin = 26 * 3_600_000;

/**
 * Examines this computer once, then every chosen profile, within TikTok Shop's rate limit for each app. With
 * `input.fixed`, also refreshes access tokens that expire soon. If interrupted, returns what is known by then.
 * @throws Failure `profile-unknown` when no profile matches; `interrupted` before the first one; why the store doesn't
 *   open, unless a check reports that
 */
export async function diagnoseFleet(input: DoctorInput, examination: FleetExamination): Promise<FleetDiagnosis> {
  const { checks, pattern, concurrency, onProgress } = examination;
  const { clock, signal } = input.io;
  return await withComputerFacts(input, examination, async (computer) => {
    const noProfile = profileFacts(computer, () => Promise.resolve({ state: 'none' }));
    const verdicts = await runChecks(
      checks.filter((check) => !isAboutProfile(check)),
      noProfile,
    );
    const opening = await computer.store();
    if (signal.aborted) throw fail('interrupted', {});
    const isReported = ['store', 'key'].some((id) => computer.running.has(id));
    if (!opening.ok && !isReported && checks.some(isAboutProfile)) throw opening.failure;
    const chosen = opening.ok ? matching(opening.profiles, pattern) : [];
    const factsOf = factsByProfile(computer);
    const profiles: ProfileDiagnosis[] = [];
    let refreshed = 0;

    /** Returns `false` if another machine is changing the profile. */
    const examine = async (stored: Profile, waits: boolean): Promise<boolean> => {
      let facts = factsOf(stored);
      if (opening.ok && isRefreshing(computer)) {
        const fresh = await withFreshToken(factsOf, opening.store, stored, { within: refreshWithin, waits });
        if (!waits && fresh.facts.notRefreshed?.code === 'profile-claimed') return false;
        if (fresh.refreshed) refreshed += 1;
        ({ facts } = fresh);
      }
      const verdicts = await runChecks(checks.filter(isAboutProfile), facts);
      profiles.push({ profile: stored.name, status: worstOf(verdicts), verdicts });
      onProgress(profiles.length, chosen.length);
      return true;
    };

    onProgress(0, chosen.length);
    // Otherwise, V8 collects garbage so late that thousands of requests take several times the memory.
    setFlagsFromString('--gc-global --semi-space-growth-factor=1');
    await visitAll(chosen, Math.min(concurrency, maxConcurrency), async (stored, waits) => {
      // After an interruption, the other profiles have no result.
      if (signal.aborted) return true;
      return await examine(stored, waits).catch((thrown: unknown) => {
        if (!signal.aborted) throw thrown;
        return true;
      });
    });
    profiles.sort((a, b) => (a.profile < b.profile ? -1 : 1));
    const status = worstOf([...verdicts, ...profiles.flatMap((one) => one.verdicts)]);
    const counts = { total: chosen.length, opened: opening.ok, refreshed };
    return { at: clock.now(), version: input.version, status, verdicts, profiles, ...counts };
  });
}

function matching(profiles: readonly Profile[], pattern: string): readonly Profile[] {
  const matches = profileMatcher(pattern);
  const chosen = profiles.filter(({ name }) => matches(name));
  if (chosen.length > 0 || profiles.length === 0) return chosen;
  throw fail('profile-unknown', { profile: pattern, known: profiles.map(({ name }) => name) });
}
