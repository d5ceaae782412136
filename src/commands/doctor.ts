import type { Check } from '../doctor/check.ts';
import { checkIds, checks as allChecks } from '../doctor/checks.ts';
import { diagnose, type Diagnosis } from '../doctor/diagnose.ts';
import type { DoctorInput } from '../doctor/facts.ts';
import { fix as applyFixes } from '../doctor/fix.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { checkListJson, checkListText, doctorJson, doctorText } from '../output/doctor.ts';
import { toJson } from '../output/json.ts';
import type { Store } from '../store/store.ts';
import { hostsFrom, openStoreFor } from './context.ts';
import type { ExitCode, Program } from './program.ts';

export interface DoctorOptions {
  readonly profile: string;
  /** Ids; empty for all. */
  readonly checks: readonly string[];
  readonly fix: boolean;
  readonly offline: boolean;
  readonly strict: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

/**
 * Reports what is wrong and what to do about it. 1 when a check failed, with `strict` also when one warned.
 * @throws Failure `usage` for an unknown check; `interrupted`
 */
export async function doctor(program: Program, options: DoctorOptions): Promise<ExitCode> {
  const { print, printText, style } = program;
  const { profile, json } = options;
  const checks = chosen(options.checks);
  if (options.list) {
    if (json) print(toJson(checkListJson(checks)));
    else printText(checkListText(checks, style));
    return 0;
  }
  const diagnosis = await examine(program, checks, options);
  if (json) print(toJson(doctorJson(diagnosis, profile)));
  else printText(doctorText(diagnosis, profile, style));
  const failed = diagnosis.status === 'fail' || (options.strict && diagnosis.status === 'warn');
  return failed ? 1 : 0;
}

function chosen(ids: readonly string[]): readonly Check[] {
  const unknown = ids.filter((id) => !checkIds.includes(id));
  if (unknown.length > 0) {
    const problem = `There is no check ${unknown.map((id) => `“${id}”`).join(', ')}. The checks are ${checkIds.join(', ')}.`;
    throw fail('usage', { problem, command: 'doctor' });
  }
  return ids.length === 0 ? allChecks : allChecks.filter(({ id }) => ids.includes(id));
}

async function examine(
  { io: given, version }: Program,
  checks: readonly Check[],
  { profile, fix, offline, json }: DoctorOptions,
): Promise<Diagnosis> {
  // A document on stdout is for a program to read, so nobody is asked.
  const io: Io = json ? { ...given, ask: null } : given;
  const input: DoctorInput = {
    ...{ io, version, offline, fixed: fix },
    hosts: hostsFrom(io),
    openStore: openedOnce(io, fix),
  };
  const { outcomes, notRefreshed } = fix ? await applyFixes(input, { checks, profile }) : { outcomes: [] };
  for (const { done, sentence } of outcomes) {
    if (done) io.say.done(sentence);
    else io.say.warn(sentence);
  }
  const examination = { checks, profile, notRefreshed, mayAsk: io.ask !== null };
  return await withWaitMessage(io, 'Examining', () => diagnose(input, examination));
}

/** A passphrase is asked for once, and a store that does not open is not tried twice. */
function openedOnce(io: Io, quarantine: boolean): () => Promise<Store> {
  let opening: Promise<Store> | undefined;
  return () => (opening ??= openStoreFor(io, { quarantine }));
}
