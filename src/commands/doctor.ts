import type { Check } from '../doctor/check.ts';
import { checkIds, checks as allChecks } from '../doctor/checks.ts';
import { diagnose, type Diagnosis } from '../doctor/diagnose.ts';
import type { FleetDiagnosis } from '../doctor/fleet.ts';
import type { DoctorInput } from '../doctor/facts.ts';
import { fix as applyFixes, type Fixed } from '../doctor/fix.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { checkListJson, checkListText, doctorJson, doctorText } from '../output/doctor.ts';
import { toJson } from '../output/json.ts';
import { isProfilePattern } from '../store/model/profile-pattern.ts';
import type { Store } from '../store/store.ts';
import { hostsFrom, openStoreFor } from './context.ts';
import { fleetProgress } from './fleet-progress.ts';
import type { ExitCode, Program } from './program.ts';

export interface DoctorOptions {
  /** A name, or a pattern for several. */
  readonly profile: string;
  /** Every profile. */
  readonly all?: boolean;
  /** How many profiles at a time; 10 by default. */
  readonly concurrency?: number;
  /** Ids; empty for all. */
  readonly checks: readonly string[];
  readonly fix: boolean;
  readonly offline: boolean;
  readonly strict: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

/**
 * Reports what is wrong and what to do about it, of one profile or of many. 1 when a check failed, with `strict` also when
 * one warned; 130 when many were interrupted and what is known is printed.
 * @throws Failure `usage` for an unknown check; `profile-unknown`, `interrupted`
 */
export async function doctor(program: Program, options: DoctorOptions): Promise<ExitCode> {
  const { print, printText, style, io } = program;
  const { profile, json } = options;
  const checks = chosen(options.checks);
  if (options.list) {
    if (json) print(toJson(checkListJson(checks)));
    else printText(checkListText(checks, style));
    return 0;
  }
  if (options.all === true || isProfilePattern(profile)) {
    const fleet = await examineFleet(program, checks, options);
    const { fleetJson, fleetText } = await import('../output/fleet.ts');
    if (json) print(toJson(fleetJson(fleet)));
    else printText(fleetText(fleet, style));
    return io.signal.aborted ? 130 : exitCode(fleet, options);
  }
  const diagnosis = await examine(program, checks, options);
  if (json) print(toJson(doctorJson(diagnosis, profile)));
  else printText(doctorText(diagnosis, profile, style));
  return exitCode(diagnosis, options);
}

const exitCode = ({ status }: Diagnosis, { strict }: DoctorOptions): ExitCode =>
  status === 'fail' || (strict && status === 'warn') ? 1 : 0;

function chosen(ids: readonly string[]): readonly Check[] {
  const unknown = ids.filter((id) => !checkIds.includes(id));
  if (unknown.length > 0) {
    const problem = `There is no check ${unknown.map((id) => `“${id}”`).join(', ')}. The checks are ${checkIds.join(', ')}.`;
    throw fail('usage', { problem, command: 'doctor' });
  }
  return ids.length === 0 ? allChecks : allChecks.filter(({ id }) => ids.includes(id));
}

async function examine(
  program: Program,
  checks: readonly Check[],
  { profile, ...options }: DoctorOptions,
): Promise<Diagnosis> {
  const { io, input } = inputOf(program, options);
  const { notRefreshed } = await fixed(input, { checks, profile }, io);
  const examination = { checks, profile, notRefreshed, mayAsk: io.ask !== null };
  return await withWaitMessage(io, 'Examining', () => diagnose(input, examination));
}

async function examineFleet(
  program: Program,
  checks: readonly Check[],
  options: DoctorOptions,
): Promise<FleetDiagnosis> {
  const { io, input } = inputOf(program, options);
  await fixed(input, { checks }, io);
  const { diagnoseFleet } = await import('../doctor/fleet.ts');
  const progress = fleetProgress(program.io);
  const { all, profile, concurrency = 10 } = options;
  const pattern = all === true ? '*' : profile;
  return await diagnoseFleet(input, {
    ...{ checks, pattern, concurrency, mayAsk: io.ask !== null },
    onProgress: progress.update,
  }).finally(progress.stop);
}

function inputOf(
  { io: given, version }: Program,
  { fix, offline, json }: Pick<DoctorOptions, 'fix' | 'offline' | 'json'>,
): { io: Io; input: DoctorInput } {
  // A document on stdout is for a program to read, so nobody is asked.
  const io: Io = json ? { ...given, ask: null } : given;
  const openStore = openedOnce(io, fix);
  return { io, input: { io, version, offline, fixed: fix, hosts: hostsFrom(io), openStore } };
}

/** Fixes what `--fix` asks for, and says so. */
async function fixed(input: DoctorInput, what: Parameters<typeof applyFixes>[1], { say }: Io): Promise<Fixed> {
  if (!input.fixed) return { outcomes: [] };
  const found = await applyFixes(input, what);
  for (const { done, sentence } of found.outcomes) {
    if (done) say.done(sentence);
    else say.warn(sentence);
  }
  return found;
}

/** A passphrase is asked for once, and a store that does not open is not tried twice. */
function openedOnce(io: Io, isFixing: boolean): () => Promise<Store> {
  let opening: Promise<Store> | undefined;
  return () => (opening ??= openStoreFor(io, { quarantine: isFixing, tighten: isFixing }));
}
