import { fail } from '../ground/errors.ts';
import type { Profile } from './model/profile.ts';
import { sameProfile } from './model/stored-profile.ts';
import type { Store } from './store.ts';

/** Reads the copies back. Skips those that an interrupted move has left. @throws Failure store-not-empty */
export async function copyProfiles(profiles: readonly Profile[], target: Store): Promise<void> {
  const names = profiles.map(({ name }) => name);
  const there = byName(await target.profiles(names));
  const other = profiles.find((profile) => there.has(profile.name) && !sameProfile(there.get(profile.name), profile));
  if (other !== undefined) throw fail('store-not-empty', { profile: other.name, store: target.location });
  await target.addAll(profiles.filter(({ name }) => !there.has(name)));
  const copied = byName(await target.profiles(names));
  const lost = profiles.find((profile) => !sameProfile(copied.get(profile.name), profile));
  if (lost !== undefined) throw fail('store-not-empty', { profile: lost.name, store: target.location });
}

const byName = (profiles: readonly Profile[]): ReadonlyMap<string, Profile> =>
  new Map(profiles.map((profile) => [profile.name, profile]));
