import { fail } from '../../ground/errors.ts';
import { copyProfiles } from '../copy-profiles.ts';
import type { Profile } from '../model/profile.ts';
import type { Moved, Store } from '../store.ts';
import { keyToWrite, prepare, removeFile } from './changes.ts';
import { profileIn, readContents, type StoreContext } from './contents.ts';
import { withLock } from './lock.ts';
import { writeContents } from './write-contents.ts';

/** `Store.addAll`: one write, so all profiles or none. */
export async function addProfiles(context: StoreContext, profiles: readonly Profile[]): Promise<void> {
  if (profiles.length === 0) return;
  await prepare(context);
  await withLock(context.paths, context.io, async (lock) => {
    const contents = await readContents(context, lock);
    const entries = new Map(contents.entries);
    for (const profile of profiles) {
      if (entries.has(profile.name))
        throw fail('profile-changed', { profile: profile.name, store: context.paths.path });
      entries.set(profile.name, { value: null, profile });
    }
    await writeContents(context, await keyToWrite(context, contents.storeKey), entries, lock);
  });
}

/** `Store.moveTo`: the lock is held until the file is removed, so nobody refreshes a token in between. */
export async function moveProfiles(context: StoreContext, target: Store): Promise<Moved> {
  const { paths, io, keys } = context;
  return await withLock(paths, io, async (lock) => {
    const contents = await readContents(context, lock);
    const { storeKey, entries } = contents;
    if (storeKey === null) throw fail('store-absent', { path: paths.path });
    const profiles = [...entries.keys()].sort().flatMap((name) => profileIn(context, contents, name) ?? []);
    await copyProfiles(profiles, target);
    await removeFile(context);
    const keyLeft = storeKey.header.source === 'passphrase' ? null : await keys.forget(storeKey);
    return { profiles: profiles.length, ...(keyLeft === null ? {} : { keyLeft }) };
  });
}
