import { fail, isFailure } from '../errors.ts';
import type { Io } from '../io.ts';
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
 * @throws Failure `interrupted` when `io.signal` aborts
 */
export async function runChecks(
  checks: readonly Check[],
  facts: Facts,
  { io, offline, deadline }: { io: Pick<Io, 'clock' | 'signal'>; offline: boolean; deadline: number },
): Promise<readonly Verdict[]> {
  const verdicts = await Promise.all(
    checks.map(async (check) => {
      const started = io.clock.now();
      const left = offline && check.needsNetwork;
      const finding = left
        ? skip('--offline leaves out what needs the network')
        : await inTime(check, facts, io, deadline);
      // The computer's clock may be set while a check runs.
      return { check, finding, duration: Math.max(0, io.clock.now() - started) };
    }),
  );
  if (io.signal.aborted) throw fail('interrupted', {});
  return verdicts;
}

async function inTime(
  check: Check,
  facts: Facts,
  { clock, signal }: Pick<Io, 'clock' | 'signal'>,
  deadline: number,
): Promise<Finding> {
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    const late = clock.sleep(deadline, ended.signal).then(() => {
      return failed(`did not answer within ${String(deadline / 1000)} s`, check.whenLate);
    });
    return await Promise.race([alone(check, facts), late]);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
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
