import { defined } from '../../ground/defined.ts';
import { fail } from '../../ground/errors.ts';
import { copyProfiles } from '../copy-profiles.ts';
import type { Profile } from '../model/profile.ts';
import type { Moved, Removed, Store } from '../store.ts';
import { readContents, withContents, type StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { orUnwritable } from './file-problem.ts';
import { removeStoreFile } from './store-file.ts';
import { prepare, writeContents } from './write-contents.ts';

/** `Store.addAll`: one write, so all profiles or none. */
export async function addProfiles(context: StoreContext, profiles: readonly Profile[]): Promise<void> {
  if (profiles.length === 0) return;
  await prepare(context);
  await withContents(context, async ({ storeKey, entries: before }, lock) => {
    const taken = profiles.find(({ name }) => before.has(name));
    if (taken !== undefined) throw fail('profile-changed', { profile: taken.name, store: context.paths.path });
    const added = profiles.map((profile) => [profile.name, { value: null, profile }] as const);
    await writeContents(context, storeKey, new Map([...before, ...added]), lock);
  });
}

/** `Store.moveTo`: the lock is held until the file is removed, so nobody refreshes a token in between. */
export async function moveProfiles(context: StoreContext, target: Store): Promise<Moved> {
  const { paths, keys } = context;
  return await withContents(context, async ({ storeKey, entries }) => {
    if (storeKey === null) throw fail('store-absent', { path: paths.path });
    const profiles = [...entries.keys()].sort().flatMap((name) => profileIn(paths.path, entries, name) ?? []);
    await copyProfiles(profiles, target);
    await orUnwritable(paths.path, () => removeStoreFile(paths));
    return { profiles: profiles.length, ...defined({ keyLeft: await keys.drop(storeKey) }) };
  });
}

/** `Store.removeAll`. */
export async function removeProfiles(context: StoreContext, onlyWhenEmpty: boolean): Promise<Removed> {
  const { paths, keys } = context;
  const before = await readContents(context);
  if (before.storeKey === null && keys.prepared === null) return { storeFile: false, key: null };
  return await withContents(context, async ({ storeKey, entries }) => {
    if (onlyWhenEmpty && entries.size > 0) return { storeFile: false, key: null };
    const unused = storeKey ?? keys.prepared;
    const storeFile = await orUnwritable(paths.path, () => removeStoreFile(paths));
    const keyLeft = unused === null ? undefined : await keys.drop(unused);
    const source = unused === null || unused.header.source === 'passphrase' ? null : unused.header.source;
    return { storeFile, key: keyLeft === undefined ? source : null, ...defined({ keyLeft }) };
  });
}
