import { abortWith } from '../ground/abort-with.ts';
import { fail } from '../ground/errors.ts';
import { asFailure } from '../ground/system-error.ts';
import { deadline, type Check } from './check.ts';
import type { ComputerFacts, Facts } from './facts.ts';
import { failed, failedWith, skip, type Finding } from './finding.ts';
import { redactor } from './redact.ts';

export interface Verdict {
  readonly check: Check;
  readonly finding: Finding;
  /** Milliseconds. */
  readonly duration: number;
}

/** The status of the worst finding. Skipped checks don't count. */
export type Status = 'pass' | 'warn' | 'fail';

/**
 * Runs all checks at the same time, within one deadline. A check that throws or is late doesn't affect the others.
 * Verdicts are in the order of `checks`, without secrets and without the home directory.
 * @throws Failure `interrupted` as soon as the signal aborts
 */
export async function runChecks(checks: readonly Check[], facts: Facts): Promise<readonly Verdict[]> {
  const { clock, signal } = facts.io;
  // All checks share one timer, because with hundreds of profiles, a timer for each would take most of the memory.
  const ended = abortWith(signal);
  const passed = clock.sleep(deadline, ended.signal);
  const all = checks.map(async (check) => {
    const started = clock.monotonic();
    const late = (): Finding => failed(`did not finish within ${String(deadline / 1000)} s`, check.whenLate);
    const run = async (): Promise<Finding> => await check.run(facts);
    const finding = facts.running.has(check.id)
      ? await Promise.race([run().catch((thrown: unknown) => failedWith(asFailure(thrown))), passed.then(late)])
      : skip('skipped by --offline');
    return { check, finding, duration: Math.round(clock.monotonic() - started) };
  });
  const verdicts = await Promise.all(all).finally(() => ended.abort(null));
  if (signal.aborted) throw fail('interrupted', {});
  // Redact last, because running the checks collects the secrets.
  return redacted(verdicts, facts);
}

export const worstOf = (verdicts: readonly Verdict[]): Status =>
  (['fail', 'warn'] as const).find((status) => verdicts.some(({ finding }) => finding.status === status)) ?? 'pass';

/** Removes secrets and the home directory from findings. */
export function redacted(verdicts: readonly Verdict[], { secrets, io }: ComputerFacts): readonly Verdict[] {
  const redact = redactor(secrets, io.host.homeDirectory);
  const shown = ([name, text]: [string, string]) => [name, name === 'status' ? text : redact(text)];
  const without = (finding: Finding) => Object.fromEntries(Object.entries(finding).map(shown)) as unknown as Finding;
  return verdicts.map((verdict) => ({ ...verdict, finding: without(verdict.finding) }));
}
