import { fail } from '../ground/errors.ts';
import type { Check, Finding } from './check.ts';
import { gatherFacts, type DoctorInput } from './facts.ts';
import { redactor, secretsIn } from './redact.ts';
import { runChecks, usualDeadline, type Verdict } from './run.ts';

/** The worst of the findings; what was skipped does not count. */
export type Status = 'pass' | 'warn' | 'fail';

export interface Diagnosis {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  readonly status: Status;
  /** Without secrets and without the home directory: fit to be shown to support. */
  readonly verdicts: readonly Verdict[];
}

export interface Examination {
  /** In the order in which they are shown. */
  readonly checks: readonly Check[];
  /** Leaves out what needs the network. */
  readonly offline: boolean;
  /** Whether opening the store may ask the person, who is not held to any deadline. */
  readonly mayAsk: boolean;
  /** Milliseconds for each check; 10 s unless given. */
  readonly deadline?: number;
}

/** How long a person may take to enter the passphrase, in milliseconds. */
const longestAnswer = 60 * 60_000;

/**
 * Examines the program, this computer and the connection. It changes nothing but what reading the store changes.
 * @throws Failure `interrupted`
 */
export async function diagnose(
  patient: DoctorInput,
  { checks, offline, mayAsk, deadline = usualDeadline }: Examination,
): Promise<Diagnosis> {
  const { io, version } = patient;
  const secrets = [...secretsIn(io.env)];
  // What a check that ended too late still waits for ends with the examination.
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  io.signal.addEventListener('abort', end);
  const facts = gatherFacts(
    { ...patient, io: { ...io, signal: over.signal } },
    checks.map(({ id }) => id),
    {
      // Longer than any check has, so that a host that never answers is told as just that.
      reach: 2 * deadline,
      store: mayAsk ? longestAnswer : 0.8 * deadline,
      secrets: (values) => {
        secrets.push(...values);
      },
    },
  );
  try {
    if (mayAsk && checks.some(({ group }) => group !== 'program')) await facts.store();
    if (io.signal.aborted) throw fail('interrupted', {});
    const verdicts = await runChecks(checks, facts, { io, offline, deadline });
    const redact = redactor(secrets, io.host.homeDirectory);
    const shown = verdicts.map((verdict) => ({ ...verdict, finding: redacted(verdict.finding, redact) }));
    return { at: io.clock.now(), version, status: worstOf(shown), verdicts: shown };
  } finally {
    io.signal.removeEventListener('abort', end);
    end();
  }
}

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

function worstOf(verdicts: readonly Verdict[]): Status {
  const found = new Set(verdicts.map(({ finding }) => finding.status));
  if (found.has('fail')) return 'fail';
  return found.has('warn') ? 'warn' : 'pass';
}
