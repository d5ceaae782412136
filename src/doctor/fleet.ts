import { defined } from '../ground/defined.ts';
import { fail, type Failure } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import { profileMatcher } from '../store/model/profile-pattern.ts';
import type { Store } from '../store/store.ts';
import { isAboutProfile } from './check.ts';
import { redactVerdicts, withComputerFacts, type Diagnosis, type Examination } from './diagnose.ts';
import { profileFacts, type ComputerFacts, type DoctorInput, type Facts } from './facts.ts';
import { refreshIfNeeded } from './fix.ts';
import { rateLimiter } from './rate-limit.ts';
import { redactor, secretsIn, secretsOf } from './redact.ts';
import { runChecks, usualDeadline, worstOf, type Status, type Verdict } from './run.ts';

/** The findings of one profile. */
export interface ProfileDiagnosis {
  readonly profile: string;
  readonly status: Status;
  readonly verdicts: readonly Verdict[];
}

/** `verdicts` are about this computer. */
export interface FleetDiagnosis extends Diagnosis {
  /** Sorted by name. */
  readonly profiles: readonly ProfileDiagnosis[];
  /** How many profiles there are; more than `profiles` has after an interruption. */
  readonly total: number;
  /** How many access tokens were refreshed. */
  readonly refreshed: number;
}

export interface FleetExamination extends Examination {
  /** Of the profiles' names; `*` for all. */
  readonly pattern: string;
  /** How many profiles at a time. */
  readonly concurrency: number;
  /** Called once the number of profiles is known, and after each of them. */
  readonly onProgress: (done: number, total: number) => void;
}

/** More would wait for the limit of an app they share for longer than a check has. */
const mostAtATime = 100;

/**
 * How long before its end an access token is refreshed, in milliseconds: a crontab line that runs once a day, and up to
 * two hours late, never finds one that has expired.
 */
const refreshWithin = 26 * 3_600_000;

/**
 * Examines this computer once, then every chosen profile, within TikTok Shop's limit of requests for each app. With
 * `input.fixed` it refreshes access tokens near their end. An interruption ends it early with what is known by then.
 * @throws Failure `profile-unknown` when no profile matches; `interrupted` before the first one
 */
export async function diagnoseFleet(input: DoctorInput, examination: FleetExamination): Promise<FleetDiagnosis> {
  const { io, version } = input;
  return await withComputerFacts(input, examination, async (computer, secrets) => {
    const { checks, deadline = usualDeadline } = examination;
    const facts = profileFacts(computer, () => Promise.resolve({ state: 'none' }));
    const machine = checks.filter((check) => !isAboutProfile(check));
    const found = await runChecks(machine, facts, { signal: io.signal, deadline });
    const verdicts = redactVerdicts(found, redactor(secrets, io.host.homeDirectory));
    const opening = await computer.store();
    const chosen = opening.ok ? matching(opening.profiles, examination.pattern) : [];
    const fleet = new Fleet(input, computer, examination, opening.ok ? opening.store : null);
    await fleet.examine(chosen);
    const { profiles, refreshed } = fleet;
    profiles.sort((a, b) => (a.profile < b.profile ? -1 : 1));
    const status = worstOf([...verdicts, ...profiles.flatMap((one) => one.verdicts)]);
    return { at: io.clock.now(), version, status, verdicts, profiles, total: chosen.length, refreshed };
  });
}

function matching(profiles: readonly Profile[], pattern: string): readonly Profile[] {
  const matches = profileMatcher(pattern);
  const chosen = profiles.filter(({ name }) => matches(name));
  if (chosen.length > 0 || profiles.length === 0) return chosen;
  throw fail('profile-unknown', { profile: pattern, known: profiles.map(({ name }) => name) });
}

class Fleet {
  readonly profiles: ProfileDiagnosis[] = [];
  refreshed = 0;
  readonly #input: DoctorInput;
  readonly #computer: ComputerFacts;
  readonly #examination: FleetExamination;
  readonly #store: Store | null;
  readonly #http: ReturnType<typeof rateLimiter>;
  /** An app that several profiles share is looked up once. */
  readonly #apps = new Map<string, Facts['app']>();
  readonly #environmentSecrets: readonly string[];

  constructor(input: DoctorInput, computer: ComputerFacts, examination: FleetExamination, store: Store | null) {
    this.#input = input;
    this.#computer = computer;
    this.#examination = examination;
    this.#store = store;
    this.#http = rateLimiter(computer.io.http, input.io.clock);
    this.#environmentSecrets = secretsIn(input.io.env);
  }

  /** @returns when all are examined, or after an interruption when no refresh is under way */
  async examine(profiles: readonly Profile[]): Promise<void> {
    const { concurrency, onProgress } = this.#examination;
    const { signal } = this.#input.io;
    const waiting = profiles.values();
    onProgress(0, profiles.length);
    const work = async (): Promise<void> => {
      for (const profile of waiting) {
        if (signal.aborted) return;
        await this.#examineOne(profile);
        onProgress(this.profiles.length, profiles.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, mostAtATime) }, work));
  }

  async #examineOne(stored: Profile): Promise<void> {
    const { checks, deadline = usualDeadline } = this.#examination;
    const { signal, host } = this.#input.io;
    try {
      const { facts, profile } = await this.#fixed(stored);
      const found = await runChecks(checks.filter(isAboutProfile), facts, { signal, deadline });
      const redact = redactor([...this.#environmentSecrets, ...secretsOf(profile)], host.homeDirectory);
      const verdicts = redactVerdicts(found, redact);
      this.profiles.push({ profile: profile.name, status: worstOf(verdicts), verdicts });
    } catch (thrown) {
      // A profile that was interrupted is not known.
      if (!signal.aborted) throw thrown;
    }
  }

  /** The profile, with a fresh access token if `--fix` asks for one. */
  async #fixed(profile: Profile): Promise<{ facts: Facts; profile: Profile }> {
    const { checks } = this.#examination;
    const { fixed, offline, hosts, io } = this.#input;
    const facts = this.#facts(profile);
    if (!fixed || offline || this.#store === null || !checks.some(({ id }) => id === 'token'))
      return { facts, profile };
    const refreshing = { hosts, io: { ...io, http: facts.io.http } };
    const refresh = await refreshIfNeeded(refreshing, this.#store, profile, refreshWithin, facts.connection);
    if (refresh === 'not needed') return { facts, profile };
    if (!refresh.ok) return { facts: this.#facts(profile, refresh.failure), profile };
    this.refreshed += 1;
    return { facts: this.#facts(refresh.profile), profile: refresh.profile };
  }

  #facts(profile: Profile, notRefreshed?: Failure): Facts {
    const { appKey = '', appSecret, region = '' } = profile.app;
    const key = [region, appKey, appSecret?.reveal()].join(' ');
    const io = { ...this.#computer.io, http: this.#http(appKey) };
    const facts = profileFacts({ ...this.#computer, io }, () => Promise.resolve({ state: 'known', profile }));
    const app = this.#apps.get(key) ?? facts.app;
    this.#apps.set(key, app);
    return { ...facts, app, ...defined({ notRefreshed }) };
  }
}
