import { fail } from '../../ground/errors.ts';
import { toPlain } from './codec.ts';
import { readContents, readIndex, recordsOf, type StoreContext } from './contents.ts';
import { proveWritable, writeDurably } from './durable-write.ts';
import type { StoreKey } from '../keys/store-key.ts';
import { withLock, type Lock } from './lock.ts';
import { ensurePrivateDirectory, isStoreFile } from './private-directory.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { readStoreFile, removeStoreFile, sweep, type SealedFile } from './store-file.ts';
import { unwritable } from './file-problem.ts';
import { mustBeOurs, storedRecord, writeContents } from './write-contents.ts';

/**
 * What shall be stored in place of `current`. Before it asks for what cannot be asked for twice it may call
 * `proveWritable`, which throws what writing would: store-unwritable.
 */
export type Change = (
  current: Profile | undefined,
  proveWritable: () => Promise<void>,
) => Profile | undefined | Promise<Profile | undefined>;

/** What became of a store that was to be removed. */
export interface Removed {
  /** Whether there was a file that is gone now. */
  readonly storeFile: boolean;
  /** Where the key was that is gone now; a passphrase is kept nowhere. */
  readonly key: 'keychain' | 'key-file' | null;
  /** Why the key is still where it was; it opens nothing any more. */
  readonly keyLeft?: string;
}

/** As much as a later write can need: a disk that is nearly full is found before the tokens come. */
const room = 65_536;

export interface ChangeOptions {
  /** Waits for the lock also when the program is being left: for what is lost if it is not stored. */
  readonly evenWhenLeaving?: true;
}

/** `Store.change`. */
export async function changeProfile(
  context: StoreContext,
  name: string,
  change: Change,
  { evenWhenLeaving }: ChangeOptions = {},
): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  // Loaded before anything is asked for that could be lost: what only reads does without it.
  const { fitsStore } = await import('../model/stored-form.ts');
  await prepare(context);
  const io = evenWhenLeaving === true ? { ...context.io, signal: new AbortController().signal } : context.io;
  return await withLock(context.place, io, async (lock) => {
    const contents = await readContents(context, { name }, lock);
    const { storeKey, file } = contents;
    const current = contents.profiles.get(name);
    const next = await change(current, () => checkWritable(context, lock, file));
    if (next === current) return current;
    if (next !== undefined && next.name !== name) throw new Error('a change may not rename a profile');
    // What could not be read back is our mistake, and must not cost the person the store.
    if (next !== undefined && !fitsStore(toPlain(next)))
      throw new Error('a profile was made that does not fit the store');
    const key = await keyToWrite(context, storeKey);
    // The others are of the same key, and are written as they are.
    const others = recordsOf(contents, (entry) => entry.name !== name);
    await writeContents(context, key, next === undefined ? others : [...others, storedRecord(next, key)], lock);
    return next;
  });
}

/** What is done before the lock is taken, so that no other process waits while a person is asked for a passphrase. */
async function prepare({ place, keys, warn }: StoreContext): Promise<void> {
  try {
    const tightened = await ensurePrivateDirectory(place.directory, isStoreFile);
    if (tightened) warn(`Other users could look into ${place.directory}; now only you can.`);
    const file = await readStoreFile(place, warn, { whole: false });
    if (file.state === 'absent') await keys.prepare();
  } catch (error) {
    throw unwritable(place.path, error);
  }
}

async function keyToWrite({ place, keys }: StoreContext, ofFile: StoreKey | null): Promise<StoreKey> {
  try {
    return await keys.toWrite(ofFile);
  } catch (error) {
    throw unwritable(place.path, error);
  }
}

/** `Store.proveWritable`. */
export async function prove(context: StoreContext): Promise<void> {
  const { place, io } = context;
  await prepare(context);
  await withLock(place, io, async (lock) => {
    // All of it, so that damage anywhere is found before anything is asked for that could be lost.
    const { file } = await readContents(context, 'all', lock);
    await checkWritable(context, lock, file);
  });
}

/**
 * Writes as much as a later write can need, and puts the file, as it was read under the lock, in its own place once
 * more: where it cannot be replaced, being a mount of its own for instance, that is found here too.
 */
async function checkWritable({ place }: StoreContext, lock: Lock, file: SealedFile | null): Promise<void> {
  try {
    await sweep(place);
    await proveWritable(place.path, room);
    if (file !== null) await writeDurably(place.path, file.bytes, () => mustBeOurs(lock));
  } catch (error) {
    throw unwritable(place.path, error);
  }
}

/** `Store.removeAll`. */
export async function remove(context: StoreContext, onlyWhenEmpty: boolean): Promise<Removed> {
  const { place, io, keys } = context;
  const before = await readIndex(context);
  if (before.storeKey === null && keys.prepared === null) return { storeFile: false, key: null };
  return await withLock(place, io, async (lock) => {
    const { storeKey, entries } = await readIndex(context, { whole: false, lock });
    if (onlyWhenEmpty && entries.length > 0) return { storeFile: false, key: null };
    const unused = storeKey ?? keys.prepared;
    const storeFile = await removeFile(context);
    if (unused === null || unused.header.source === 'passphrase') return { storeFile, key: null };
    const keyLeft = await keys.forget(unused);
    return keyLeft === null ? { storeFile, key: unused.header.source } : { storeFile, key: null, keyLeft };
  });
}

async function removeFile({ place }: StoreContext): Promise<boolean> {
  try {
    await sweep(place);
    return await removeStoreFile(place);
  } catch (error) {
    throw unwritable(place.path, error);
  }
}
