import type { Profile } from '../store/model/profile.ts';
import { blockedBy, notYet, type CheckId, type Finding } from './check.ts';
import type { Facts } from './facts.ts';

/** The checks that cannot do without the profile; the first of them that runs says so when it is not known. */
const onProfiles: readonly CheckId[] = ['credentials', 'redirect', 'app', 'token', 'shops', 'scopes'];

/** Judges the profile, as far as it is set up. Where there is none, or the store is closed, says why. */
export async function onProfile(
  id: CheckId,
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
