import type { Failure } from '../ground/errors.ts';
import type { Profile } from '../store/model/profile.ts';
import { blockedBy } from './check.ts';
import type { Facts } from './facts.ts';
import { failedWith, notYet, type Finding } from './finding.ts';

/** The checks that need the profile; the first of them that runs reports that it is missing. */
const onProfiles = ['credentials', 'redirect', 'app', 'token', 'shops', 'scopes', 'ottokit'];

/** Judges the profile, as far as it is set up. Without one, or with a closed store, says why. */
export async function onProfile(
  id: string,
  facts: Facts,
  judge: (profile: Profile) => Finding | Promise<Finding>,
): Promise<Finding> {
  const stored = await facts.profile();
  switch (stored.state) {
    case 'none':
      return notYet('nothing is set up yet');
    case 'unknown':
      return blockedBy(id, onProfiles, stored.failure, facts);
    case 'closed':
      return blockedBy(id, [stored.owner, ...onProfiles], stored.failure, facts);
    case 'known':
      return await judge(stored.profile);
  }
}

/**
 * A call without an answer. If `network` finds the host out of reach, it reports that; otherwise TikTok Shop itself does
 * not answer, and this check says so.
 */
export async function hostUnreachable(id: string, failure: Failure, origin: string, facts: Facts): Promise<Finding> {
  if (!facts.running.has('network') || (await facts.reach(origin)).answered) return failedWith(failure);
  return blockedBy(id, ['network'], failure, facts);
}
