import { setMaxListeners } from 'node:events';
import { abortWith } from '../ground/abort-with.ts';
import { fail } from '../ground/errors.ts';
import type { Check } from './check.ts';
import type { ComputerFacts, DoctorInput } from './facts.ts';
import { computerFacts, factsByProfile, findProfile, profileFacts } from './find-facts.ts';
import { isRefreshing, withFreshToken, type Refreshed } from './refresh.ts';
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

export interface Examination {
  /** In the order they are shown. */
  readonly checks: readonly Check[];
  /** Whether opening the store may ask for the passphrase. That question has its own, much longer deadline. */
  readonly mayAsk: boolean;
}

/**
 * Examines the program, this computer and one connection. With `input.fixed`, first refreshes an expired access token.
 * @throws Failure `interrupted`, or why the refresh failed if it was interrupted
 */
export async function diagnose(
  input: DoctorInput,
  { profile, ...examination }: Examination & { profile: string },
): Promise<Diagnosis> {
  return await withComputerFacts(input, examination, async (computer) => {
    const fresh = isRefreshing(computer) ? await refresh(computer, profile) : undefined;
    const facts = fresh?.facts ?? profileFacts(computer, () => findProfile(computer, profile));
    const verdicts = await runChecks(examination.checks, facts);
    const refreshed = fresh?.refreshed === true ? 1 : 0;
    return { at: input.io.clock.now(), version: input.version, status: worstOf(verdicts), verdicts, refreshed };
  });
}

/** `undefined` if the profile can't be read; the checks say why. */
async function refresh(computer: ComputerFacts, name: string): Promise<Refreshed | undefined> {
  const opening = await computer.store();
  const profile = opening.ok ? opening.profiles.find((each) => each.name === name) : undefined;
  if (!opening.ok || profile === undefined) return undefined;
  const when = { within: 0, waits: true };
  const { facts, refreshed } = await withFreshToken(factsByProfile(computer), opening.store, profile, when);
  return { facts: { ...facts, secrets: [...computer.secrets, ...facts.secrets] }, refreshed };
}

/** Runs `work` with the facts about this computer, then drops late answers. @throws Failure `interrupted` */
export async function withComputerFacts<T>(
  input: DoctorInput,
  { checks, mayAsk }: Examination,
  work: (facts: ComputerFacts) => Promise<T>,
): Promise<T> {
  const { io } = input;
  const over = abortWith(io.signal);
  setMaxListeners(0, over.signal);
  const isSkipped = ({ needsNetwork }: Check): boolean => input.offline && needsNetwork === true;
  const running = new Map(checks.filter((check) => !isSkipped(check)).map(({ id, title }) => [id, title]));
  const facts = computerFacts({ ...input, io: { ...io, signal: over.signal } }, running, mayAsk);
  try {
    if (mayAsk && checks.some(({ group }) => group !== 'program')) await facts.store();
    if (io.signal.aborted) throw fail('interrupted', {});
    return await work(facts);
  } finally {
    over.abort();
  }
}
