import { fail } from '../errors.ts';
import { readContents, readIndex, type Ground } from './contents.ts';
import type { NewPlace, StoreKey } from './keys/store-key.ts';
import { withLock } from './lock.ts';
import { ensurePrivateDirectory, isStoreFile } from './private-directory.ts';
import { readStoreFile } from './store-file.ts';
import type { KeySource } from './store.ts';
import { unwritable } from './trouble.ts';
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
export async function moveKey(ground: Ground, place: NewPlace): Promise<KeyMoved> {
  // Opened before the lock is taken, so that no other process waits while a person is asked for the old passphrase.
  const { header } = await keyOfFile(ground);
  if (header.source === place.to && place.to !== 'passphrase') return { from: header.source, moved: false };
  const made = await newKey(ground, place);
  try {
    const old = await rewrite(ground, made);
    const keyLeft = await ground.keys.drop(old);
    return { from: old.header.source, moved: true, ...(keyLeft === null ? {} : { keyLeft }) };
  } catch (error) {
    if (!(await mayNeed(ground, made))) await ground.keys.drop(made);
    throw error;
  }
}

async function keyOfFile(ground: Ground): Promise<StoreKey> {
  const { storeKey } = await readIndex(ground);
  if (storeKey === null) throw fail('store-absent', { path: ground.place.path });
  return storeKey;
}

async function newKey({ place, keys }: Ground, newPlace: NewPlace): Promise<StoreKey> {
  try {
    return await keys.makeIn(newPlace);
  } catch (error) {
    throw unwritable(place.path, error);
  }
}

/** Writes the file anew with the key that was made; the key that it had until then. */
async function rewrite(ground: Ground, made: StoreKey): Promise<StoreKey> {
  const { place, io, warn } = ground;
  try {
    const tightened = await ensurePrivateDirectory(place.directory, isStoreFile);
    if (tightened) warn(`Other users could look into ${place.directory}; now only you can.`);
  } catch (error) {
    throw unwritable(place.path, error);
  }
  return await withLock(place, io, async (lock) => {
    const { storeKey, profiles } = await readContents(ground, 'all', lock);
    if (storeKey === null) throw fail('store-absent', { path: place.path });
    const records = Array.from(profiles.values(), (profile) => storedRecord(profile, made));
    await writeContents(ground, made, records, lock);
    return storeKey;
  });
}

/** Whether the file may have been written with this key after all; where that cannot be told, it may. */
async function mayNeed({ place, warn }: Ground, { header }: StoreKey): Promise<boolean> {
  try {
    const file = await readStoreFile(place, warn, { whole: false });
    return file.state === 'sealed' && file.head.key.id === header.id;
  } catch {
    return true;
  }
}
