import { fail } from '../../ground/errors.ts';
import { readContents, readIndex, type StoreContext } from './contents.ts';
import type { NewPlace, StoreKey } from '../keys/store-key.ts';
import { withLock } from './lock.ts';
import { ensurePrivateDirectory, isStoreFile } from './private-directory.ts';
import { readStoreFile } from './store-file.ts';
import type { KeySource } from '../store.ts';
import { unwritable } from './file-problem.ts';
import { storedRecord, writeContents } from './write-contents.ts';

/** What became of a key that was to be kept elsewhere. */
export interface KeyMoved {
  readonly from: KeySource;
  /** `false`: it was there already. */
  readonly moved: boolean;
  /** Why the old key is still where it was; it does not open the store any more. */
  readonly keyLeft?: string;
}

/** `Store.moveKey`. */
export async function moveKey(context: StoreContext, place: NewPlace): Promise<KeyMoved> {
  // Opened before the lock is taken, so that no other process waits while a person is asked for the old passphrase.
  const { header } = await keyOfFile(context);
  if (header.source === place.to && place.to !== 'passphrase') return { from: header.source, moved: false };
  const made = await newKey(context, place);
  try {
    const old = await rewrite(context, made);
    const keyLeft = await context.keys.drop(old);
    return { from: old.header.source, moved: true, ...(keyLeft === null ? {} : { keyLeft }) };
  } catch (error) {
    if (!(await mayNeed(context, made))) await context.keys.drop(made);
    throw error;
  }
}

async function keyOfFile(context: StoreContext): Promise<StoreKey> {
  const { storeKey } = await readIndex(context);
  if (storeKey === null) throw fail('store-absent', { path: context.place.path });
  return storeKey;
}

async function newKey({ place, keys }: StoreContext, newPlace: NewPlace): Promise<StoreKey> {
  try {
    return await keys.makeIn(newPlace);
  } catch (error) {
    throw unwritable(place.path, error);
  }
}

/** Writes the file anew with the key that was made; the key that it had until then. */
async function rewrite(context: StoreContext, made: StoreKey): Promise<StoreKey> {
  const { place, io, warn } = context;
  try {
    const tightened = await ensurePrivateDirectory(place.directory, isStoreFile);
    if (tightened) warn(`Other users could look into ${place.directory}; now only you can.`);
  } catch (error) {
    throw unwritable(place.path, error);
  }
  return await withLock(place, io, async (lock) => {
    const { storeKey, profiles } = await readContents(context, 'all', lock);
    if (storeKey === null) throw fail('store-absent', { path: place.path });
    const records = Array.from(profiles.values(), (profile) => storedRecord(profile, made));
    await writeContents(context, made, records, lock);
    return storeKey;
  });
}

/** Whether the file may have been written with this key after all; where that cannot be told, it may. */
async function mayNeed({ place, warn }: StoreContext, { header }: StoreKey): Promise<boolean> {
  try {
    const file = await readStoreFile(place, warn, { whole: false });
    return file.state === 'sealed' && file.head.key.id === header.id;
  } catch {
    return true;
  }
}
