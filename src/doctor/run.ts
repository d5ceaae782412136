import { fail, isFailure } from '../ground/errors.ts';
import type { Clock, Io } from '../ground/io.ts';
import { failed, failedWith, skip, type Check, type Finding } from './check.ts';
import type { Facts } from './facts.ts';

/** What one check came to. */
export interface Verdict {
  readonly check: Check;
  readonly finding: Finding;
  /** Milliseconds. */
  readonly duration: number;
}

/** Milliseconds that each check may take, as long as the slowest request is waited for. */
export const usualDeadline = 10_000;

/**
 * Runs the checks at once, each with a deadline of its own. A check that throws, or does not end in time, fails alone.
 * Verdicts are in the order of `checks`.
 * @throws Failure `interrupted` as soon as `io.signal` aborts
 */
export async function runChecks(
  checks: readonly Check[],
  facts: Facts,
  { io, offline, deadline }: { io: Pick<Io, 'clock' | 'signal'>; offline: boolean; deadline: number },
): Promise<readonly Verdict[]> {
  const { clock, signal } = io;
  const all = checks.map(async (check) => {
    const started = clock.now();
    const left = offline && check.needsNetwork;
    const finding = left
      ? skip('--offline leaves out what needs the network')
      : await inTime(check, facts, clock, deadline);
    // The computer's clock may be set while a check runs.
    return { check, finding, duration: Math.max(0, clock.now() - started) };
  });
  return await unlessAborted(Promise.all(all), signal);
}

async function inTime(check: Check, facts: Facts, clock: Clock, deadline: number): Promise<Finding> {
  const ended = new AbortController();
  const late = clock.sleep(deadline, ended.signal).then(() => {
    return failed(`did not answer within ${String(deadline / 1000)} s`, check.whenLate);
  });
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
