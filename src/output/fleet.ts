import type { Verdict } from '../doctor/diagnose.ts';
import type { FleetDiagnosis } from '../doctor/fleet.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { counted, durationInWords } from '../ground/words.ts';
import { checksJson, counter, countInWords, doctorJson, findingLines, mostImportant, sections } from './doctor.ts';
import { toJson, type Style } from './format.ts';

/**
 * Yields the JSON of `doctor --all` in pieces, because the whole text would take more memory than the checks do. Its
 * `checks` are about this computer. After an interruption, there are fewer `profiles` than the `total`.
 */
export function* fleetJson(fleet: FleetDiagnosis): Generator<string> {
  const { profiles, total, refreshed } = fleet;
  yield `${toJson(doctorJson(fleet)).slice(0, -2)},\n  "profiles": [`;
  for (const [index, { profile, status, verdicts }] of profiles.entries()) {
    const checks = checksJson(verdicts, (text) => withProfileFlag(text, profile));
    const lines = toJson({ profile, status, checks }).replace(/^/gm, '    ');
    yield index === profiles.length - 1 ? lines : `${lines},`;
  }
  yield `  ],${toJson({ total, refreshed }).slice(1)}`;
}

/** Shows the most important problem of each profile with its fix, and counts the other profiles. */
export function fleetText(fleet: FleetDiagnosis, style: Style): string {
  const computer = sections(fleet.verdicts.filter(isProblem), style);
  const rows = fleet.profiles.flatMap(({ profile, verdicts }) => {
    // An OttoKit connection that the user hasn't confirmed yet isn't a problem.
    const verdict = mostImportant(verdicts.filter((one) => one.check.id !== 'ottokit' || isProblem(one)));
    return verdict === undefined ? [] : [{ profile, ...verdict }];
  });
  const width = rows.reduce((most, { profile }) => Math.max(most, profile.length), 0);
  const lines = rows.flatMap(({ profile, check, finding }) => {
    const label = `${profile.padEnd(width)}  ${check.title}: `;
    return findingLines(label, finding, style).map((line) => withProfileFlag(line, profile));
  });
  const table = rows.length === 0 ? [] : [[style.paint.bold('Profiles'), ...lines].join('\n')];
  return [...computer, ...table, lastLines(fleet, rows, style)].join('\n\n');
}

const isProblem = ({ finding }: Verdict): boolean => finding.status === 'fail' || finding.status === 'warn';

function lastLines(fleet: FleetDiagnosis, rows: readonly Verdict[], { paint }: Style): string {
  const { profiles, total, opened, refreshed } = fleet;
  if (!opened) return paint.bold('No profile was checked, because the store can’t be opened.');
  const count = counter(rows);
  const counts = countInWords([
    [count('fail'), 'failed'],
    [count('warn'), 'with a warning'],
    [count('skip'), 'not finished'],
    [profiles.length - rows.length, 'healthy'],
    [total - profiles.length, 'not checked'],
  ]);
  return [
    ...(refreshed === 0 ? [] : [`Refreshed ${inWords(refreshed, 'access token')}.`]),
    ...(profiles.length < total ? ['Interrupted. These are the results so far.'] : []),
    paint.bold(`${inWords(total, 'profile')}${counts === '' ? '' : `: ${counts}`}.`),
  ].join('\n');
}

const barWidth = 20;

/** Returns `420 of 1,000 profiles [########............] 33 a second, 17 seconds left`. `elapsed`: milliseconds. */
export function progressText({ done, total, elapsed }: { done: number; total: number; elapsed: number }): string {
  const bar = '#'.repeat(total === 0 ? barWidth : Math.floor((done / total) * barWidth)).padEnd(barWidth, '.');
  const shown = `${done.toLocaleString('en-US')} of ${inWords(total, 'profile')} [${bar}]`;
  if (done === 0 || elapsed <= 0) return shown;
  const perSecond = (done / elapsed) * 1_000;
  const left = durationInWords(((total - done) / perSecond) * 1_000);
  return `${shown} ${perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1)} a second, ${left} left`;
}

const inWords = (count: number, noun: string): string => counted(count, noun, count.toLocaleString('en-US'));
