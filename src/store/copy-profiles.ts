import { fail } from '../ground/errors.ts';
import type { Profile } from './model/profile.ts';
import { storedProfile } from './model/stored-profile.ts';
import type { Store } from './store.ts';

/**
 * Adds profiles to another store and reads them back. Those that are there already, from a move that was broken off, must
 * be the same.
 * @throws Failure store-not-empty, and as `Store.change`; the source must keep its profiles then
 */
export async function copyProfiles(profiles: readonly Profile[], target: Store): Promise<void> {
  const names = profiles.map(({ name }) => name);
  const there = textByName(await target.profiles(names));
  for (const profile of profiles) {
    const other = there.get(profile.name);
    if (other !== undefined && other !== textOf(profile))
      throw fail('store-not-empty', { profile: profile.name, store: target.location });
  }
  await target.addAll(profiles.filter(({ name }) => !there.has(name)));
  const copied = textByName(await target.profiles(names));
  const lost = profiles.find((profile) => copied.get(profile.name) !== textOf(profile));
  if (lost !== undefined) throw fail('store-not-empty', { profile: lost.name, store: target.location });
}

const textOf = (profile: Profile): string => JSON.stringify(storedProfile(profile));

const textByName = (profiles: readonly Profile[]): ReadonlyMap<string, string> =>
  new Map(profiles.map((profile) => [profile.name, textOf(profile)]));
