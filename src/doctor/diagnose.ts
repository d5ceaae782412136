import { setMaxListeners } from 'node:events';
import { defined } from '../ground/defined.ts';
import { fail, type Failure } from '../ground/errors.ts';
import type { Check } from './check.ts';
import { computerFacts, findProfile, profileFacts, type ComputerFacts, type DoctorInput } from './facts.ts';
import type { Finding } from './finding.ts';
import { redactor, secretsIn } from './redact.ts';
import { runChecks, usualDeadline, worstOf, type Status, type Verdict } from './run.ts';

export interface Diagnosis {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  readonly status: Status;
  /** Without secrets and without the home directory, so that it can be shown to support. */
  readonly verdicts: readonly Verdict[];
}

export interface Examination {
  /** In the order they are shown. */
  readonly checks: readonly Check[];
  /** Whether opening the store may ask the person, who has no deadline. */
  readonly mayAsk: boolean;
  /** Milliseconds for each check; 10 s by default. */
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
  const { checks, deadline = usualDeadline } = examination;
  const { clock, host, signal } = input.io;
  return await withComputerFacts(input, examination, async (computer, secrets) => {
    const facts = { ...profileFacts(computer, () => findProfile(computer, profile)), ...defined({ notRefreshed }) };
    const found = await runChecks(checks, facts, { signal, deadline });
    const verdicts = redactVerdicts(found, redactor(secrets, host.homeDirectory));
    return { at: clock.now(), version: input.version, status: worstOf(verdicts), verdicts };
  });
}

/**
 * Does `work` with the facts of this computer. What a late check still waits for ends with it.
 * @param work gets every secret that is known by the time it has asked for the store
 * @throws Failure `interrupted`, and what `work` throws
 */
export async function withComputerFacts<T>(
  input: DoctorInput,
  { checks, mayAsk, deadline = usualDeadline }: Examination,
  work: (facts: ComputerFacts, secrets: readonly string[]) => Promise<T>,
): Promise<T> {
  const { io } = input;
  const secrets = [...secretsIn(io.env)];
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const end = (): void => {
    over.abort();
  };
  io.signal.addEventListener('abort', end);
  const running = new Map(checks.map(({ id, title }) => [id, title]));
  const facts = computerFacts({ ...input, io: { ...io, signal: over.signal } }, running, {
    // Longer than any check has, so that a host that never answers is reported as that.
    reach: 2 * deadline,
    store: mayAsk ? longestAnswer : 0.8 * deadline,
    secrets: (values) => {
      secrets.push(...values);
    },
  });
  try {
    if (mayAsk && checks.some(({ group }) => group !== 'program')) await facts.store();
    if (io.signal.aborted) throw fail('interrupted', {});
    return await work(facts, secrets);
  } finally {
    io.signal.removeEventListener('abort', end);
    end();
  }
}

export const redactVerdicts = (verdicts: readonly Verdict[], redact: (text: string) => string): readonly Verdict[] =>
  verdicts.map((verdict) => ({ ...verdict, finding: redacted(verdict.finding, redact) }));

function redacted(finding: Finding, redact: (text: string) => string): Finding {
  switch (finding.status) {
    case 'pass':
      return { ...finding, detail: redact(finding.detail) };
    case 'warn':
    case 'fail':
      return { ...finding, detail: redact(finding.detail), fix: redact(finding.fix) };
    case 'skip':
      return { ...finding, because: redact(finding.because) };
  }
}
