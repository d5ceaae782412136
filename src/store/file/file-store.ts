import { fail } from '../../ground/errors.ts';
import { newKeyIn, type StoreKey } from '../keys/store-key.ts';
import { copyProfiles, readableOnly } from '../profiles.ts';
import type { KeyMoved, Moved, NewKeyPlace, OpenSettings, Removed, Store } from '../store.ts';
import { changeProfile } from './changes.ts';
import { noContents, readContents, withContents, type LockedContents, type StoreContext } from './contents.ts';
import { profileIn } from './entries.ts';
import { orUnwritable } from './file-problem.ts';
import { removeStoreFile } from './store-file.ts';
import { storePathsOf } from './store-paths.ts';
import { checkWritable, dropKey, withWritableContents, writeContents } from './write-contents.ts';

/** @throws Failure as `openStore` */
export async function openFileStore(settings: OpenSettings): Promise<Store> {
  const context: StoreContext = { ...settings, ...storePathsOf(settings.io), last: noContents, prepared: null };
  const { path } = context;
  const { storeKey } = await readContents(context);
  // Opening any other key may take minutes, if the user has to type a password. By then, the contents may be outdated.
  let isCurrent = settings.first !== undefined && storeKey?.header.source === 'key-file';
  const latest = async () => {
    if (!isCurrent) return await readContents(context);
    isCurrent = false;
    return context.last;
  };
  const readable = readableOnly(context.warn);
  return {
    location: path,
    get keySource() {
      return (context.last.storeKey ?? context.prepared)?.header.source ?? null;
    },
    names: async () => [...(await latest()).entries.keys()].sort(),
    async profiles(names) {
      const { entries } = await latest();
      return [...(names ?? entries.keys())].sort().flatMap((name) => readable(() => profileIn(path, entries, name)));
    },
    profile: async (name) => profileIn(path, (await latest()).entries, name),
    change: (name, change) => changeProfile(context, name, change),
    forget: (name) =>
      withWritableContents(context, async (contents) => {
        if (contents.entries.has(name)) await writeContents(context, contents, [[name, undefined]]);
      }),
    // This also detects a damaged file before the caller requests tokens to store in it.
    proveWritable: () =>
      withWritableContents(context, async (contents) => {
        const freeSpace = await checkWritable(context, contents);
        await freeSpace();
      }),
    moveKey: (place) => moveKey(context, place),
    removeIfEmpty: () => removeIfEmpty(context),
    addAll: async (profiles) => {
      if (profiles.length === 0) return;
      const added = profiles.map((profile) => [profile.name, profile] as const);
      await withWritableContents(context, async (contents) => {
        const taken = profiles.find(({ name }) => contents.entries.has(name));
        if (taken !== undefined) throw fail('profile-changed', { profile: taken.name, store: path });
        await writeContents(context, contents, added);
      });
    },
    moveTo: (target) => moveProfiles(context, target),
  };
}

/** Holds the lock until the file is removed, so that no other process refreshes a token in the meantime. */
async function moveProfiles(context: StoreContext, target: Store): Promise<Moved> {
  return await withContents(context, async (contents) => {
    const storeKey = keyOf(context, contents);
    const { entries } = contents;
    const profiles = [...entries.keys()].sort().flatMap((name) => profileIn(context.path, entries, name) ?? []);
    await copyProfiles(profiles, target);
    await removeFile(context, contents);
    return { profiles: profiles.length, keyLeft: await dropKey(context, storeKey) };
  });
}

async function removeIfEmpty(context: StoreContext): Promise<Removed> {
  const before = await readContents(context);
  if (before.storeKey === null && context.prepared === null) return { storeFile: false, key: null };
  return await withContents(context, async (contents) => {
    const { storeKey, entries } = contents;
    if (entries.size > 0) return { storeFile: false, key: null };
    const unused = storeKey ?? context.prepared;
    await removeFile(context, contents);
    const keyLeft = await dropKey(context, unused);
    const source = keyLeft === undefined ? unused?.header.source : undefined;
    const key = source === undefined || source === 'passphrase' ? null : source;
    return { storeFile: storeKey !== null, key, keyLeft };
  });
}

/** Removes the file. Throws if the lock was lost, because another process may have written the file since. */
async function removeFile(context: StoreContext, { lock }: LockedContents): Promise<void> {
  await orUnwritable(context.path, async () => {
    await lock.assertOurs();
    await removeStoreFile(context);
    context.last = noContents;
  });
}

async function moveKey(context: StoreContext, place: NewKeyPlace): Promise<KeyMoved> {
  // Opens the key before locking, so that no process waits while someone types the old passphrase.
  const { source } = keyOf(context, await readContents(context)).header;
  if (source === place.to && place.to !== 'passphrase') return { from: source, moved: false };
  await dropKey(context, context.prepared);
  context.prepared = await orUnwritable(context.path, () => newKeyIn(context, place));
  const old = await withWritableContents(context, async (contents) => {
    const replaced = keyOf(context, contents);
    await writeContents(context, { ...contents, storeKey: null }, []);
    return replaced;
  });
  return { from: old.header.source, moved: true, keyLeft: await dropKey(context, old) };
}

function keyOf({ path }: StoreContext, { storeKey }: Pick<LockedContents, 'storeKey'>): StoreKey {
  if (storeKey === null) throw fail('store-absent', { path });
  return storeKey;
}
