import { checkIds, type Check, type Group } from '../doctor/check.ts';
import type { Diagnosis, Status } from '../doctor/diagnose.ts';
import type { Verdict } from '../doctor/run.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import type { Style } from './style.ts';
import { isoTime } from './words.ts';

/** What `doctor --json` prints. `fix` is `null` where there is nothing to do; `detail` of a skipped check says why. */
export interface DoctorJson {
  readonly schemaVersion: 1;
  readonly generatedAt: string | null;
  readonly version: string;
  readonly status: Status;
  readonly checks: readonly {
    id: string;
    group: Group;
    status: Status | 'skip';
    detail: string;
    fix: string | null;
    durationMs: number;
  }[];
}

export function doctorJson({ at, version, status, verdicts }: Diagnosis, profile: string): DoctorJson {
  return {
    schemaVersion: 1,
    generatedAt: isoTime(at),
    version,
    status,
    checks: verdicts.map(({ check, finding, duration }) => ({
      id: check.id,
      group: check.group,
      status: finding.status,
      detail: withProfileFlag(detailOf({ finding }), profile),
      fix: 'fix' in finding ? withProfileFlag(finding.fix, profile) : null,
      durationMs: Math.round(duration),
    })),
  };
}

const detailOf = ({ finding }: Pick<Verdict, 'finding'>): string =>
  finding.status === 'skip' ? finding.because : finding.detail;

const headings: Record<Group, string> = {
  program: 'Program',
  store: 'Store',
  setup: 'Setup',
  computer: 'This computer',
  'tiktok-shop': 'TikTok Shop',
};

export function doctorText({ verdicts }: Diagnosis, profile: string, style: Style): string {
  const groups = new Map<Group, Verdict[]>();
  for (const verdict of verdicts)
    groups.set(verdict.check.group, [...(groups.get(verdict.check.group) ?? []), verdict]);
  const sections = [...groups].map(([group, found]) =>
    [style.paint.bold(headings[group]), ...found.flatMap((verdict) => verdictLines(verdict, profile, style))].join(
      '\n',
    ),
  );
  return [...sections, lastLines(verdicts, profile, style)].join('\n\n');
}

const longestTitle = 14;

function verdictLines(verdict: Verdict, profile: string, { paint, glyphs }: Style): readonly string[] {
  const { check, finding } = verdict;
  const width = Math.max(...[glyphs.pass, glyphs.warn, glyphs.fail, glyphs.skip].map(({ length }) => length));
  const marks = {
    pass: paint.green(glyphs.pass.padEnd(width)),
    warn: paint.yellow(glyphs.warn.padEnd(width)),
    fail: paint.red(glyphs.fail.padEnd(width)),
    skip: paint.dim(glyphs.skip.padEnd(width)),
  };
  const detail = sanitizeForTerminal(withProfileFlag(detailOf(verdict), profile));
  const line = `  ${marks[finding.status]} ${check.title.padEnd(longestTitle)}${finding.status === 'skip' ? paint.dim(detail) : detail}`;
  if (!('fix' in finding)) return [line];
  return [line, `      → ${sanitizeForTerminal(withProfileFlag(finding.fix, profile))}`];
}

/** How many came out how, and the one thing to do next. */
function lastLines(verdicts: readonly Verdict[], profile: string, { paint }: Style): string {
  const count = (status: string): number => verdicts.filter(({ finding }) => finding.status === status).length;
  const counts = [
    [count('fail'), 'failed'],
    [count('warn'), 'to look at'],
    [count('pass'), 'passed'],
    [count('skip'), 'skipped'],
  ] as const;
  const summary = counts.flatMap(([number, word]) => (number === 0 ? [] : [`${String(number)} ${word}`])).join(', ');
  const next = nextAction(verdicts) ?? (count('skip') === 0 ? 'nothing; all is well.' : undefined);
  return [
    paint.bold(`${summary}.`),
    ...(next === undefined ? [] : [`Next: ${sanitizeForTerminal(withProfileFlag(next, profile))}`]),
  ].join('\n');
}

/** The first failure is what later ones depend on. Of warnings, one about the connection matters more than others. */
function nextAction(verdicts: readonly Verdict[]): string | undefined {
  const failure = verdicts.find(({ finding }) => finding.status === 'fail');
  const unfinished = verdicts.find(({ finding }) => finding.status === 'skip' && finding.next !== undefined);
  const warnings = verdicts.filter(({ finding }) => finding.status === 'warn');
  const aboutConnection = warnings.findLast(({ check }) => check.group !== 'program' && check.group !== 'computer');
  const finding = (failure ?? unfinished ?? aboutConnection ?? warnings[0])?.finding;
  if (finding === undefined || finding.status === 'pass') return undefined;
  return finding.status === 'skip' ? finding.next : finding.fix;
}

/** The checks themselves: `--list`. */
export function checkListText(checks: readonly Check[], { paint }: Style): string {
  const width = Math.max(...checkIds.map(({ length }) => length)) + 2;
  return checks
    .map(({ id, title, group }) => `${id.padEnd(width)}${title} ${paint.dim(`(${headings[group]})`)}`)
    .join('\n');
}

export interface CheckListJson {
  readonly checks: readonly { id: string; group: Group; title: string }[];
}

export function checkListJson(checks: readonly Check[]): CheckListJson {
  return { checks: checks.map(({ id, group, title }) => ({ id, group, title })) };
}
