import { groups, type Check, type Finding } from '../doctor/check.ts';
import type { Diagnosis, Verdict } from '../doctor/diagnose.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { isoTime, mark, markWidth, type Style } from './format.ts';

/** Returns the JSON of `doctor --json`. A skipped check's `detail` says why; only warnings and failures have a `fix`. */
export const doctorJson = ({ at, version, status, verdicts }: Diagnosis) => ({
  schemaVersion: 1,
  generatedAt: isoTime(at),
  version,
  status,
  checks: checksJson(verdicts),
});

export const checksJson = (verdicts: readonly Verdict[], addFlags = (text: string): string => text) =>
  verdicts.map(({ check: { id, group }, finding, durationMs }) => ({
    id,
    group,
    status: finding.status,
    detail: addFlags(detailOf(finding)),
    fix: 'fix' in finding ? addFlags(finding.fix) : null,
    durationMs,
  }));

const detailOf = (finding: Finding): string => (finding.status === 'skip' ? finding.because : finding.detail);

export const doctorText = ({ verdicts }: Diagnosis, style: Style): string =>
  [...sections(verdicts, style), lastLines(verdicts, style)].join('\n\n');

export function sections(verdicts: readonly Verdict[], style: Style): readonly string[] {
  return Object.entries(groups).flatMap(([group, heading]) => {
    const found = verdicts.filter(({ check }) => check.group === group);
    const lines = found.flatMap(({ check, finding }) => findingLines(check.title.padEnd(14), finding, style));
    return found.length === 0 ? [] : [[style.paint.bold(heading), ...lines].join('\n')];
  });
}

export function findingLines(label: string, finding: Finding, style: Style): readonly string[] {
  const { status } = finding;
  const detail = sanitizeForTerminal(detailOf(finding));
  const line = `  ${mark(status, style, markWidth(style))} ${label}${status === 'skip' ? style.paint.dim(detail) : detail}`;
  return 'fix' in finding ? [line, `      → ${sanitizeForTerminal(finding.fix)}`] : [line];
}

function lastLines(verdicts: readonly Verdict[], { paint }: Style): string {
  const count = counter(verdicts);
  const counts = countInWords([
    [count('fail'), 'failed'],
    [count('warn'), count('warn') === 1 ? 'warning' : 'warnings'],
    [count('pass'), 'passed'],
    [count('skip'), 'skipped'],
  ]);
  const next = nextStep(mostImportant(verdicts)?.finding) ?? (count('skip') > 0 ? '' : 'nothing; everything is fine.');
  return paint.bold(`${counts}.`) + (next === '' ? '' : `\nNext: ${sanitizeForTerminal(next)}`);
}

function nextStep(finding?: Finding): string | undefined {
  if (finding?.status === 'skip') return finding.next;
  return finding && 'fix' in finding ? finding.fix : undefined;
}

export const counter =
  (verdicts: readonly Pick<Verdict, 'finding'>[]) =>
  (status: Finding['status']): number =>
    verdicts.filter(({ finding }) => finding.status === status).length;

/** `1 failed, 2 warnings, 12 passed`, without zeros. */
export const countInWords = (counts: readonly (readonly [count: number, what: string])[]): string =>
  counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count.toLocaleString('en-US')} ${what}`)
    .join(', ');

/**
 * Returns the verdict to act on first: a failure, then an unfinished setup, then a warning, preferably not about the
 * program or this computer. Of several, picks the first, because the others may depend on it.
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

export function checkListText(checks: readonly Check[], { paint }: Style): string {
  const width = Math.max(...checks.map(({ id }) => id.length)) + 2;
  const lines = checks.map(({ id, title, group }) => `${id.padEnd(width)}${title} ${paint.dim(`(${groups[group]})`)}`);
  return lines.join('\n');
}

export const checkListJson = (checks: readonly Check[]) => ({
  checks: checks.map(({ id, group, title }) => ({ id, group, title })),
});
