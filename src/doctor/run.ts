import { fail, isFailure } from '../ground/errors.ts';
import type { Clock } from '../ground/io.ts';
import type { Check } from './check.ts';
import type { Facts } from './facts.ts';
import { failed, failedWith, skip, type Finding } from './finding.ts';

/** A check with its result. */
export interface Verdict {
  readonly check: Check;
  readonly finding: Finding;
  /** Milliseconds. */
  readonly duration: number;
}

/** The worst of the findings; what was skipped does not count. */
export type Status = 'pass' | 'warn' | 'fail';

/** Milliseconds for each check: as long as the slowest request may take. */
export const usualDeadline = 10_000;

/**
 * Runs the checks at once, each with its own deadline. A check that throws, or doesn't finish in time, fails alone.
 * Verdicts are in the order of `checks`.
 * @throws Failure `interrupted` as soon as `signal` aborts
 */
export async function runChecks(
  checks: readonly Check[],
  facts: Facts,
  { signal, deadline }: { signal: AbortSignal; deadline: number },
): Promise<readonly Verdict[]> {
  const { clock } = facts.io;
  const all = checks.map(async (check) => {
    const started = clock.monotonic();
    const skipped = facts.offline && check.needsNetwork;
    const finding = skipped ? skip('skipped by --offline') : await inTime(check, facts, clock, deadline);
    return { check, finding, duration: Math.round(clock.monotonic() - started) };
  });
  return await unlessAborted(Promise.all(all), signal);
}

export function worstOf(verdicts: readonly Pick<Verdict, 'finding'>[]): Status {
  const found = new Set(verdicts.map(({ finding }) => finding.status));
  if (found.has('fail')) return 'fail';
  return found.has('warn') ? 'warn' : 'pass';
}

async function inTime(check: Check, facts: Facts, clock: Clock, deadline: number): Promise<Finding> {
  const ended = new AbortController();
  const late = clock
    .sleep(deadline, ended.signal)
    .then(() => failed(`did not answer within ${String(deadline / 1000)} s`, check.whenLate));
  return await Promise.race([alone(check, facts), late]).finally(() => {
    ended.abort();
  });
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(fail('interrupted', {}));
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  return await Promise.race([work, aborted]).finally(() => {
    signal.removeEventListener('abort', stop);
  });
}

async function alone(check: Check, facts: Facts): Promise<Finding> {
  try {
    return await check.run(facts);
  } catch (thrown) {
    if (isFailure(thrown)) return failedWith(thrown);
    const detail = thrown instanceof Error ? thrown.message : 'something that is not an error was thrown';
    return failedWith(fail('internal', { detail }));
  }
}
