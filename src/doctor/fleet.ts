import { setFlagsFromString } from 'node:v8';
import { fail, isFailure } from '../ground/errors.ts';
import { profileMatcher } from '../store/model/profile.ts';
import { failedWith, isAboutProfile } from './check.ts';
import { token } from './checks/token.ts';
import { withComputerFacts, type DoctorInput } from './computer-facts.ts';
import { redacted, runChecks, withFreshToken, worstOf, type Diagnosis, type Verdict } from './diagnose.ts';
import { factsByName, profileFacts } from './facts.ts';

interface ProfileDiagnosis extends Pick<Diagnosis, 'status' | 'verdicts'> {
  readonly profile: string;
}

/** `verdicts` are about this computer. */
export interface FleetDiagnosis extends Diagnosis {
  /** Sorted by name. */
  readonly profiles: readonly ProfileDiagnosis[];
  /** How many profiles were chosen. After an interruption, `profiles` has fewer. */
  readonly total: number;
  readonly opened: boolean;
}

/** With more, profiles that share an app could wait for its rate limit longer than a check may take. */
const maxConcurrency = 100;

/** Refreshes tokens that expire within this many milliseconds: over a day, because a daily cron job may run late. */
const refreshWithin = 26 * 3_600_000;

/**
 * Examines this computer once, then every chosen profile, within TikTok Shop's rate limit for each app. With
 * `input.fixed`, also refreshes access tokens that expire soon. If interrupted, returns what is known so far.
 * @param choice `onProgress` is called when the number of profiles is known, and after each of them
 * @throws Failure profile-unknown when no profile matches; interrupted before the first one; the failure to open the
 *   store, unless a check reports it
 */
export async function diagnoseFleet(
  input: DoctorInput,
  choice: { pattern: string; concurrency: number; onProgress: (done: number, total: number) => void },
): Promise<FleetDiagnosis> {
  const ofProfile = input.checks.filter(isAboutProfile);
  const ofComputer = input.checks.filter((check) => !isAboutProfile(check));
  return await withComputerFacts(input, async (computer) => {
    const { clock, signal } = computer.io;
    const noProfile = profileFacts(computer, () => ({}));
    const verdicts = await runChecks(ofComputer, noProfile);
    const opening = await computer.store();
    if (signal.aborted) throw fail('interrupted', {});
    const isReported = ['store', 'key'].some((id) => computer.running.has(id));
    if (!opening.ok && !isReported && ofProfile.length > 0) throw opening.failure;
    const chosen = opening.ok ? matching(opening.names, choice.pattern) : [];
    const factsOf = factsByName(computer);
    const profiles: ProfileDiagnosis[] = [];
    let refreshed = 0;

    const add = (name: string, found: readonly Verdict[]): void => {
      profiles.push({ profile: name, status: worstOf(found), verdicts: found });
      choice.onProgress(profiles.length, chosen.length);
    };
    const examine = async (name: string, waits: boolean): Promise<boolean> => {
      if (signal.aborted) return true;
      try {
        const facts = await withFreshToken(await factsOf(name), { within: refreshWithin, waits });
        if (!waits && facts.notRefreshed?.code === 'profile-claimed') return false;
        if (facts.refreshed === true) refreshed += 1;
        add(name, await runChecks(ofProfile, facts));
      } catch (thrown) {
        if (!isFailure(thrown)) throw thrown;
        // Report a refresh that was interrupted after it was sent.
        if (thrown.code !== 'interrupted')
          add(name, redacted([{ check: token, finding: failedWith(thrown), durationMs: 0 }], computer));
      }
      return true;
    };

    choice.onProgress(0, chosen.length);
    // Otherwise, V8 collects garbage so late that thousands of requests take several times the memory.
    setFlagsFromString('--gc-global --semi-space-growth-factor=1');
    await visitAll(chosen, Math.min(choice.concurrency, maxConcurrency), examine);
    profiles.sort((a, b) => (a.profile < b.profile ? -1 : 1));
    const status = worstOf([...verdicts, ...profiles.flatMap((one) => one.verdicts)]);
    const counts = { total: chosen.length, opened: opening.ok, refreshed };
    return { at: clock.now(), version: input.version, status, verdicts, profiles, ...counts };
  });
}

function matching(names: readonly string[], pattern: string): readonly string[] {
  const chosen = names.filter(profileMatcher(pattern));
  if (chosen.length > 0 || names.length === 0) return chosen;
  throw fail('profile-unknown', { profile: pattern, known: names });
}

/**
 * Visits every item, `concurrency` at a time, in random order, so that processes that visit the same items rarely
 * collide. An item that another process is using is visited again at the end, when the visit may wait.
 * @param visit returns `false` if another process is using the item and it may not wait
 */
export async function visitAll<T>(
  items: readonly T[],
  concurrency: number,
  visit: (item: T, waits: boolean) => Promise<boolean>,
): Promise<void> {
  const left = items.map((item) => ({ item, waits: false, order: Math.random() })).sort((a, b) => a.order - b.order);
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      if (!(await visit(next.item, next.waits))) left.push({ ...next, waits: true });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
