import type { Failure } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Facts } from './facts.ts';
import { failedWith, notYet, skip, type Finding } from './finding.ts';

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
  /** Public: used on the command line and in JSON. */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /** `--offline` skips it. */
  readonly needsNetwork?: true;
  /** What to do when it doesn't finish in time. */
  readonly whenLate: string;
  readonly run: (facts: Facts) => Finding | Promise<Finding>;
}

/** How long a check may take, in milliseconds: enough for a request that waits for the rate limit to end. */
export const deadline = 12_000;

/** Whether a check is about one profile. The others are about this computer, and `--all` runs them once. */
export const isAboutProfile = ({ group }: Pick<Check, 'group'>): boolean =>
  group === 'setup' || group === 'tiktok-shop' || group === 'ottokit';

/** A problem that stops several checks is reported by only one of them: the first of `owners` that runs. */
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

/** The checks that need the profile. If it is missing, only the first of them that runs reports that. */
const profileChecks = ['credentials', 'redirect', 'app', 'token', 'shops', 'scopes', 'ottokit'];

/** For a check that reads the store. */
export const whenStoredLate = 'Check that the disk or the database with the store answers, then try again.';
const whenOnlineLate =
  'Check that no firewall or proxy holds up connections to TikTok Shop, then try again in a minute.';

/** Makes a check that judges the profile. Without a profile, the check says why there is none. */
export function profileCheck(
  about: Omit<Check, 'whenLate' | 'run'>,
  judge: (profile: Profile, facts: Facts) => Finding | Promise<Finding>,
): Check {
  return {
    ...about,
    whenLate: about.needsNetwork === true ? whenOnlineLate : whenStoredLate,
    run: async (facts) => {
      const stored = await facts.profile();
      if (stored.state === 'known') return await judge(stored.profile, facts);
      if (stored.state === 'none') return notYet('nothing is set up yet');
      return blockedBy(about.id, [stored.owner, ...profileChecks], stored.failure, facts);
    },
  };
}

/** For a call without an answer. `network` reports a host that can't be reached; this check reports a silent one. */
export async function hostUnreachable(id: string, failure: Failure, origin: string, facts: Facts): Promise<Finding> {
  if (!facts.running.has('network') || (await facts.reach(origin)).answered) return failedWith(failure);
  return blockedBy(id, ['network'], failure, facts);
}
