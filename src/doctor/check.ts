import type { Failure } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import type { Facts } from './facts.ts';
import { failedWith, nothingYet, skip, type Finding } from './finding.ts';

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
  /** What to do if it doesn't finish in time. */
  readonly whenLate: string;
  readonly run: (facts: Facts) => Finding | Promise<Finding>;
}

/** How long a check may take, in milliseconds. This leaves time for a request to wait until a rate limit ends. */
export const deadline = 12_000;

/** Whether a check is about one profile. The others are about this computer, and `--all` runs them once. */
export const isAboutProfile = ({ group }: Pick<Check, 'group'>): boolean =>
  group === 'setup' || group === 'tiktok-shop' || group === 'ottokit';

/** Reports a problem that several checks have only once: in the first of `owners` that runs, or in the check `id`. */
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

/** The checks that need the profile. If there is a problem with it, only the first of them that runs reports that. */
const profileChecks = ['credentials', 'redirect', 'app', 'token', 'shops', 'scopes', 'ottokit'];

/** Advice if a check that reads the store is late. */
export const whenStoredLate = 'Check that the store’s disk or database responds, then try again.';
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
      if (stored.state === 'none') return nothingYet;
      return blockedBy(about.id, [stored.owner, ...profileChecks], stored.failure, facts);
    },
  };
}

/** Reports a call without a response in the check `id`, or in `network` if that check can't reach the host either. */
export async function hostUnreachable(id: string, failure: Failure, origin: string, facts: Facts): Promise<Finding> {
  if (!facts.running.has('network') || (await facts.reach(origin)).answered) return failedWith(failure);
  return blockedBy(id, ['network'], failure, facts);
}
