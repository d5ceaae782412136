import { groups, type Check, type Group } from '../doctor/check.ts';
import type { Diagnosis } from '../doctor/diagnose.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Status, Verdict } from '../doctor/run.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import type { Style } from './style.ts';
import { isoTime } from './words.ts';

/** `detail` of a skipped check says why it was skipped; `fix` is `null` if there is nothing to do. */
export interface CheckJson {
  readonly id: string;
  readonly group: Group;
  readonly status: Finding['status'];
  readonly detail: string;
  readonly fix: string | null;
  readonly durationMs: number;
}

/** What `doctor --json` prints. */
export interface DoctorJson {
  readonly schemaVersion: 1;
  readonly generatedAt: string | null;
  readonly version: string;
  readonly status: Status;
  readonly checks: readonly CheckJson[];
}

export function doctorJson({ at, version, status, verdicts }: Diagnosis, profile: string): DoctorJson {
  const checks = verdicts.map((verdict) => checkJson(verdict, profile));
  return { schemaVersion: 1, generatedAt: isoTime(at), version, status, checks };
}

export function checkJson({ check: { id, group }, finding, duration }: Verdict, profile: string): CheckJson {
  return {
    ...{ id, group, status: finding.status },
    detail: withProfileFlag(detailOf(finding), profile),
    fix: 'fix' in finding ? withProfileFlag(finding.fix, profile) : null,
    durationMs: duration,
  };
}

export const detailOf = (finding: Finding): string => (finding.status === 'skip' ? finding.because : finding.detail);

/** Makes a text ready to be shown to the person who looks after this profile. */
export const shownFor =
  (profile: string) =>
  (text: string): string =>
    sanitizeForTerminal(withProfileFlag(text, profile));

export function doctorText({ verdicts }: Diagnosis, profile: string, style: Style): string {
  return [...sections(verdicts, profile, style), lastLines(verdicts, profile, style)].join('\n\n');
}

/** The verdicts under the headings of their groups. */
export function sections(verdicts: readonly Verdict[], profile: string, style: Style): readonly string[] {
  return Object.entries(groups).flatMap(([group, heading]) => {
    const found = verdicts.filter(({ check }) => check.group === group);
    if (found.length === 0) return [];
    return [[style.paint.bold(heading), ...found.flatMap((one) => verdictLines(one, profile, style))].join('\n')];
  });
}

const longestTitle = 14;

function verdictLines({ check, finding }: Verdict, profile: string, style: Style): readonly string[] {
  const shown = shownFor(profile);
  const detail = shown(detailOf(finding));
  const shade = finding.status === 'skip' ? style.paint.dim(detail) : detail;
  const line = `  ${markOf(finding.status, style)} ${check.title.padEnd(longestTitle)}${shade}`;
  return 'fix' in finding ? [line, `      → ${shown(finding.fix)}`] : [line];
}

/** A glyph in its color; all are equally wide. */
export function markOf(status: Finding['status'], { paint, glyphs }: Style): string {
  const width = Math.max(...[glyphs.pass, glyphs.warn, glyphs.fail, glyphs.skip].map(({ length }) => length));
  const colors = { pass: paint.green, warn: paint.yellow, fail: paint.red, skip: paint.dim };
  return colors[status](glyphs[status].padEnd(width));
}

/** How many checks ended how, and the one thing to do next. */
function lastLines(verdicts: readonly Verdict[], profile: string, { paint }: Style): string {
  const count = (status: Finding['status']): number =>
    verdicts.filter(({ finding }) => finding.status === status).length;
  const counts = countInWords([
    [count('fail'), 'failed'],
    [count('warn'), count('warn') === 1 ? 'warning' : 'warnings'],
    [count('pass'), 'passed'],
    [count('skip'), 'skipped'],
  ]);
  const next = nextStep(verdicts) ?? (count('skip') > 0 ? undefined : 'nothing; all is well.');
  return [paint.bold(`${counts}.`), ...(next === undefined ? [] : [`Next: ${shownFor(profile)(next)}`])].join('\n');
}

/** `1 failed, 2 warnings, 12 passed`, without what there is none of. */
export const countInWords = (counts: readonly (readonly [count: number, what: string])[]): string =>
  counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count.toLocaleString('en-US')} ${what}`)
    .join(', ');

/**
 * The most important finding: a failure, what the setup waits for, then warnings, those about the connection first. Of
 * each kind the first, because the others may depend on it.
 */
export function mostImportant(verdicts: readonly Verdict[]): Verdict | undefined {
  const warnings = verdicts.filter(({ finding }) => finding.status === 'warn');
  return (
    verdicts.find(({ finding }) => finding.status === 'fail') ??
    verdicts.find(({ finding }) => finding.status === 'skip' && finding.next !== undefined) ??
    warnings.find(({ check: { group } }) => group !== 'program' && group !== 'computer') ??
    warnings[0]
  );
}

function nextStep(verdicts: readonly Verdict[]): string | undefined {
  const finding = mostImportant(verdicts)?.finding;
  if (finding === undefined || finding.status === 'pass') return undefined;
  return finding.status === 'skip' ? finding.next : finding.fix;
}

/** The checks themselves: `--list`. */
export function checkListText(checks: readonly Check[], { paint }: Style): string {
  const width = Math.max(...checks.map(({ id }) => id.length)) + 2;
  const lines = checks.map(({ id, title, group }) => `${id.padEnd(width)}${title} ${paint.dim(`(${groups[group]})`)}`);
  return lines.join('\n');
}

export const checkListJson = (checks: readonly Check[]): object => ({
  checks: checks.map(({ id, group, title }) => ({ id, group, title })),
});
