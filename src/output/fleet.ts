import type { FleetDiagnosis, ProfileDiagnosis } from '../doctor/fleet.ts';
import type { Status, Verdict } from '../doctor/run.ts';
import { durationInWords } from '../ground/duration.ts';
import {
  checkJson,
  countInWords,
  detailOf,
  doctorJson,
  markOf,
  mostImportant,
  sections,
  shownFor,
  type CheckJson,
  type DoctorJson,
} from './doctor.ts';
import type { Style } from './style.ts';

/** What `doctor --all --json` prints: `checks` are about this computer. */
export interface FleetJson extends DoctorJson {
  readonly profiles: readonly { profile: string; status: Status; checks: readonly CheckJson[] }[];
  /** How many profiles there are; more than are listed after an interruption. */
  readonly total: number;
  /** How many access tokens were refreshed. */
  readonly refreshed: number;
}

export function fleetJson(fleet: FleetDiagnosis): FleetJson {
  const { total, refreshed } = fleet;
  const profiles = fleet.profiles.map(({ profile, status, verdicts }) => {
    return { profile, status, checks: verdicts.map((verdict) => checkJson(verdict, profile)) };
  });
  return { ...doctorJson(fleet, 'default'), profiles, total, refreshed };
}

/** What is not well, each with one fix, and the rest as a count. */
export function fleetText(fleet: FleetDiagnosis, style: Style): string {
  const computer = sections(fleet.verdicts.filter(isTrouble), 'default', style);
  const rows = fleet.profiles.flatMap((profile) => troubleOf(profile) ?? []);
  const table = rows.length === 0 ? [] : [[style.paint.bold('Profiles'), ...tableLines(rows, style)].join('\n')];
  return [...computer, ...table, lastLines(fleet, rows, style)].join('\n\n');
}

interface Row extends Pick<Verdict, 'check' | 'finding'> {
  readonly profile: string;
}

const isTrouble = ({ finding }: Verdict): boolean => finding.status === 'fail' || finding.status === 'warn';

/** OttoKit's answer is the person's alone, so one that nobody has given yet is no trouble. */
function troubleOf({ profile, verdicts }: ProfileDiagnosis): Row | undefined {
  const verdict = mostImportant(verdicts.filter((one) => one.check.id !== 'ottokit' || isTrouble(one)));
  return verdict && { profile, ...verdict };
}

function tableLines(rows: readonly Row[], style: Style): readonly string[] {
  const width = rows.reduce((most, { profile }) => Math.max(most, profile.length), 0);
  return rows.flatMap(({ profile, check, finding }) => {
    const shown = shownFor(profile);
    const line = `  ${markOf(finding.status, style)} ${profile.padEnd(width)}  ${check.title}: ${shown(detailOf(finding))}`;
    return 'fix' in finding ? [line, `      → ${shown(finding.fix)}`] : [line];
  });
}

function lastLines({ profiles, total, refreshed }: FleetDiagnosis, rows: readonly Row[], { paint }: Style): string {
  const count = (status: string): number => rows.filter(({ finding }) => finding.status === status).length;
  const counts = countInWords([
    [count('fail'), 'failed'],
    [count('warn'), 'with a warning'],
    [count('skip'), 'not finished'],
    [profiles.length - rows.length, 'well'],
    [total - profiles.length, 'not examined'],
  ]);
  return [
    ...(refreshed === 0 ? [] : [`Refreshed ${inWords(refreshed, 'access token')}.`]),
    ...(profiles.length < total ? ['Interrupted: this is what is known so far.'] : []),
    paint.bold(`${inWords(total, 'profile')}${counts === '' ? '' : `: ${counts}`}.`),
  ].join('\n');
}

const barWidth = 20;

/** `420 of 1,000 profiles [########............] 33 a second, 17 seconds left` */
export function progressText(progress: { done: number; total: number; elapsed: number }): string {
  const { done, total, elapsed } = progress;
  const bar = '#'.repeat(total === 0 ? barWidth : Math.floor((done / total) * barWidth)).padEnd(barWidth, '.');
  const shown = `${done.toLocaleString('en-US')} of ${inWords(total, 'profile')} [${bar}]`;
  if (done === 0 || elapsed <= 0) return shown;
  const perSecond = (done / elapsed) * 1_000;
  const left = durationInWords(((total - done) / perSecond) * 1_000);
  return `${shown} ${perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1)} a second, ${left} left`;
}

const inWords = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
