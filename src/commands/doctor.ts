import { withWaitMessage } from '../ground/wait-message.ts';
import { checkIds, type Check } from '../doctor/check.ts';
import { checks as allChecks } from '../doctor/checks.ts';
import { diagnose, type Diagnosis } from '../doctor/diagnose.ts';
import type { DoctorInput } from '../doctor/facts.ts';
import { fix as applyFixes } from '../doctor/fix.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
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
 * Says what is wrong and what to do about it. 1 when a check failed, with `strict` also when one warned.
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
  const unknown = ids.filter((id) => !allChecks.some((check) => check.id === id));
  if (unknown.length > 0) {
    const problem = `There is no check ${unknown.map((id) => `“${id}”`).join(', ')}; there are ${checkIds.join(', ')}.`;
    throw fail('usage', { problem, command: 'doctor' });
  }
  return ids.length === 0 ? allChecks : allChecks.filter(({ id }) => ids.includes(id));
}

async function examine(
  { io: given, version }: Program,
  checks: readonly Check[],
  { profile, fix, offline, json }: DoctorOptions,
): Promise<Diagnosis> {
  // A document on stdout is for a program to read, and nobody is asked then.
  const io: Io = json ? { ...given, ask: null } : given;
  const patient: DoctorInput = { io, version, name: profile, hosts: hostsFrom(io), openStore: openedOnce(io) };
  if (fix) {
    for (const { done, sentence } of await applyFixes(patient, { checks, offline })) {
      if (done) io.say.done(sentence);
      else io.say.warn(sentence);
    }
  }
  return await withWaitMessage(io, 'Examining', () => diagnose(patient, { checks, offline, mayAsk: io.ask !== null }));
}

/** A passphrase is asked for once, and a store that does not open is not tried twice. */
function openedOnce(io: Io): () => Promise<Store> {
  let opening: Promise<Store> | undefined;
  return () => (opening ??= openStoreFor(io));
}
