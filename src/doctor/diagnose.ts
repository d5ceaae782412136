import { setMaxListeners } from 'node:events';
import { abortWith } from '../ground/abort-with.ts';
import { defined } from '../ground/defined.ts';
import { fail, type Failure } from '../ground/errors.ts';
import type { Check } from './check.ts';
import type { ComputerFacts, DoctorInput } from './facts.ts';
import { computerFacts, findProfile, profileFacts } from './find-facts.ts';
import { secretsIn } from './redact.ts';
import { runChecks, worstOf, type RunSettings, type Status, type Verdict } from './run.ts';

export interface Diagnosis {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  readonly status: Status;
  /** Safe to show to support: see `runChecks`. */
  readonly verdicts: readonly Verdict[];
}

export interface Examination {
  /** In the order they are shown. */
  readonly checks: readonly Check[];
  /** Whether opening the store may ask for the passphrase, which gets its own, much longer deadline. */
  readonly mayAsk: boolean;
  /** Milliseconds for each check; by default 12 s, enough for a request that waits for the rate limit to end. */
  readonly deadline?: number;
}

/** How long a person may take to enter the passphrase, in milliseconds. */
const longestAnswer = 60 * 60_000;

/**
 * Examines the program, this computer and one connection.
 * @throws Failure `interrupted`
 */
export async function diagnose(
  input: DoctorInput,
  { profile, notRefreshed, ...examination }: Examination & { profile: string; notRefreshed?: Failure | undefined },
): Promise<Diagnosis> {
  return await withComputerFacts(input, examination, async (computer, settings) => {
    const facts = { ...profileFacts(computer, () => findProfile(computer, profile)), ...defined({ notRefreshed }) };
    const verdicts = await runChecks(examination.checks, facts, settings);
    return { at: input.io.clock.now(), version: input.version, status: worstOf(verdicts), verdicts };
  });
}

/**
 * Runs `work` with the facts about this computer, then cancels whatever late checks are still waiting for.
 * @throws Failure `interrupted`, and what `work` throws
 */
export async function withComputerFacts<T>(
  input: DoctorInput,
  { checks, mayAsk, deadline = 12_000 }: Examination,
  work: (facts: ComputerFacts, settings: RunSettings) => Promise<T>,
): Promise<T> {
  const { io } = input;
  const { signal } = io;
  const secrets = [...secretsIn(io.env)];
  const over = abortWith(signal);
  setMaxListeners(0, over.signal);
  const isSkipped = ({ needsNetwork }: Check): boolean => input.offline && needsNetwork === true;
  const running = new Map(checks.filter((check) => !isSkipped(check)).map(({ id, title }) => [id, title]));
  const facts = computerFacts({ ...input, io: { ...io, signal: over.signal } }, running, {
    // Longer than a check's deadline, so that the check itself reports a host that never answers.
    reach: 2 * deadline,
    store: mayAsk ? longestAnswer : 0.8 * deadline,
    secrets,
  });
  try {
    if (mayAsk && checks.some(({ group }) => group !== 'program')) await facts.store();
    if (signal.aborted) throw fail('interrupted', {});
    return await work(facts, { deadline, signal, secrets });
  } finally {
    over.abort();
  }
}
