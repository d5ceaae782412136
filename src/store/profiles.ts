import { fail, isFailure } from '../ground/errors.ts';
import type { Profile } from './model/profile.ts';
import { sameProfile } from './model/stored-profile.ts';
import type { Store } from './store.ts';

/** Returns a function that reads one profile, for `flatMap`. It skips unreadable ones and warns about each once. */
export function readableOnly(warn: (sentence: string) => void) {
  const reported = new Set<string>();
  return (read: () => Profile | undefined): readonly Profile[] => {
    try {
      const profile = read();
      return profile === undefined ? [] : [profile];
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (!reported.has(error.message)) warn(error.message);
      reported.add(error.message);
      return [];
    }
  };
}

/** Skips copies from an interrupted move. Reads the new ones back. @throws Failure store-not-empty; as `addAll` */
export async function copyProfiles(profiles: readonly Profile[], target: Store): Promise<void> {
  const names = profiles.map(({ name }) => name);
  const copies = async () => new Map((await target.profiles(names)).map((profile) => [profile.name, profile]));
  const refuse = ({ name }: Profile) => fail('store-not-empty', { profile: name, store: target.location });
  const there = await copies();
  const other = profiles.find((profile) => there.has(profile.name) && !sameProfile(there.get(profile.name), profile));
  if (other !== undefined) throw refuse(other);
  await target.addAll(profiles.filter(({ name }) => !there.has(name)));
  const copied = await copies();
  const lost = profiles.find((profile) => !sameProfile(copied.get(profile.name), profile));
  if (lost !== undefined) throw refuse(lost);
}
