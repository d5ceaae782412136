import type { Check } from '../doctor/check.ts';
import { checkIds, checks as allChecks } from '../doctor/checks.ts';
import type { DoctorInput } from '../doctor/computer-facts.ts';
import { diagnose, type Diagnosis } from '../doctor/diagnose.ts';
import { diagnoseFleet, type FleetDiagnosis } from '../doctor/fleet.ts';
import { redactor } from '../doctor/redact.ts';
import { canRedraw } from '../ground/env.ts';
import { fail } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { mapMessages } from '../ground/profile-flag.ts';
import { withWaitMessage } from '../ground/wait-message.ts';
import { checkListJson, checkListText, doctorJson, doctorText } from '../output/doctor.ts';
import { fleetJson, fleetText, progressText } from '../output/fleet.ts';
import { show } from '../output/format.ts';
import { fixFiles } from '../store/file/fix-store.ts';
import { isProfilePattern } from '../store/model/profile.ts';
import { hostsFrom } from './hosts.ts';
import { openStoreFor } from './open-store.ts';
import type { ExitCode, Program } from './program.ts';

export interface DoctorOptions {
  /** A name or a pattern. */
  readonly profile: string;
  readonly all?: boolean;
  readonly concurrency?: number;
  /** The ids of the checks to run; all if omitted or empty. */
  readonly checks?: readonly string[];
  readonly fix?: boolean;
  readonly offline?: boolean;
  readonly strict?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

/**
 * Reports what is wrong and how to fix it, for one profile or many. Returns 1 if a check failed (with `strict`, also if
 * one warned), and 130 if it was interrupted after examining only some of many profiles.
 * @throws Failure `usage` for an unknown check; `profile-unknown`, `interrupted`
 */
export async function doctor(program: Program, options: DoctorOptions): Promise<ExitCode> {
  const { profile, all = false, concurrency = 10, fix = false, offline = false, list = false, json = false } = options;
  const checks = chosen(options.checks);
  if (list) {
    show(program, json, checks, checkListJson, checkListText);
    return 0;
  }
  const say = mapMessages(program.io.say, redactor([], program.io.host.homeDirectory));
  // With --json, a program reads the output, so don't ask anything.
  const io = { ...program.io, say, ask: json ? null : program.io.ask };
  // Open the store only once, so that a failure isn't repeated and the passphrase isn't asked for again.
  const openStore = once(() => openStoreFor(io, { quarantine: fix, tighten: fix }));
  const { version } = program;
  const input = { io, version, checks, offline, fixed: fix, hosts: hostsFrom(io), openStore, mayAsk: io.ask !== null };
  if (fix && checks.some(({ id }) => id === 'permissions')) await fixFiles(io, io.say);
  if (all || isProfilePattern(profile)) {
    const fleet = await examineFleet(input, { pattern: all ? '*' : profile, concurrency }, program.io);
    if (json) for (const lines of fleetJson(fleet)) program.print(lines);
    else program.printText(fleetText(fleet, program.style));
    return io.signal.aborted ? 130 : exitCode(fleet, options);
  }
  const diagnosis = await withWaitMessage(io, 'Running the checks', () => diagnose(input, profile));
  if (diagnosis.refreshed > 0) io.say.done('Refreshed the access token, which had expired.');
  show(program, json, diagnosis, doctorJson, doctorText);
  return exitCode(diagnosis, options);
}

const exitCode = ({ status }: Diagnosis, { strict = false }: DoctorOptions): ExitCode =>
  status === 'fail' || (strict && status === 'warn') ? 1 : 0;

function chosen(ids: readonly string[] = []): readonly Check[] {
  const unknown = ids.filter((id) => !checkIds.includes(id));
  if (unknown.length > 0) {
    const problem = `There is no check ${unknown.map((id) => `“${id}”`).join(', ')}. The checks are ${checkIds.join(', ')}.`;
    throw fail('usage', { problem, command: 'doctor' });
  }
  return ids.length === 0 ? allChecks : allChecks.filter(({ id }) => ids.includes(id));
}

/** Examines many profiles and shows progress: a bar in a terminal, otherwise a line every 10 seconds. */
async function examineFleet(
  input: DoctorInput,
  choice: { readonly pattern: string; readonly concurrency: number },
  { ask, say, clock, env }: Pick<Io, 'ask' | 'say' | 'clock' | 'env'>,
): Promise<FleetDiagnosis> {
  const ended = new AbortController();
  let known = { done: 0, total: 0, started: 0 };
  let bar: { stop(): void } | undefined;
  const text = (): string => progressText({ ...known, elapsed: clock.monotonic() - known.started });
  const log = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(10_000, ended.signal);
      if (ended.signal.aborted) return;
      say.line(text());
    }
  };
  const onProgress = (done: number, total: number): void => {
    known = { done, total, started: done === 0 ? clock.monotonic() : known.started };
    if (done > 0) return;
    if (canRedraw(env, { isTTY: ask !== null })) bar = say.wait(text);
    else void log();
  };
  return await diagnoseFleet(input, { ...choice, onProgress }).finally(() => {
    ended.abort();
    bar?.stop();
  });
}
