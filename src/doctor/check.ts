import type { Failure } from '../ground/errors.ts';
import type { Facts } from './facts.ts';
import { failedWith, skip, type Finding } from './finding.ts';

/** The groups in the order they are shown, with their headings. */
export const groups = {
  program: 'Program',
  store: 'Store',
  setup: 'Setup',
  computer: 'This computer',
  'tiktok-shop': 'TikTok Shop',
  ottokit: 'OttoKit',
} as const;

export type Group = keyof typeof groups;

export interface Check {
  /** Public: given on the command line and printed in JSON. */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /** `--offline` skips it. */
  readonly needsNetwork: boolean;
  /** What to do when it doesn't finish in time. */
  readonly whenLate: string;
  readonly run: (facts: Facts) => Promise<Finding>;
}

const profileGroups: ReadonlySet<Group> = new Set<Group>(['setup', 'tiktok-shop', 'ottokit']);

/** Whether a check is about one profile. The others are about this computer, and `--all` runs them once. */
export const isAboutProfile = ({ group }: Pick<Check, 'group'>): boolean => profileGroups.has(group);

/**
 * A problem that stops several checks is reported by one of them, or it would look like many: by the first of `owners`
 * that runs.
 */
export function blockedBy(
  id: string,
  owners: readonly string[],
  failure: Failure,
  { running }: Pick<Facts, 'running'>,
): Finding {
  const owner = owners.find((candidate) => running.has(candidate)) ?? id;
  if (owner === id) return failedWith(failure);
  const title = running.get(owner) ?? owner;
  return skip(`skipped: fix the ${title.charAt(0).toLowerCase()}${title.slice(1)} first`);
}
