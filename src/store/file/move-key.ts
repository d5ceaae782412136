import { fail } from '../../ground/errors.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { KeyMoved, NewKeyPlace } from '../store.ts';
import { readContents, type StoreContext } from './contents.ts';
import { unwritable } from './file-problem.ts';
import { withLock } from './lock.ts';
import { ensurePrivateDirectory, isStoreFile } from './private-directory.ts';
import { readStoreFile } from './store-file.ts';
import { writeContents } from './write-contents.ts';

/** `Store.moveKey`. */
export async function moveKey(context: StoreContext, place: NewKeyPlace): Promise<KeyMoved> {
  // Opened before the lock is taken, so that nobody waits while a person is asked for the old passphrase.
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
  const { storeKey } = await readContents(context);
  if (storeKey === null) throw fail('store-absent', { path: context.paths.path });
  return storeKey;
}

async function newKey({ paths, keys }: StoreContext, newPlace: NewKeyPlace): Promise<StoreKey> {
  try {
    return await keys.makeIn(newPlace);
  } catch (error) {
    throw unwritable(paths.path, error);
  }
}

/** Writes the file with the new key. Returns the key it had until then. */
async function rewrite(context: StoreContext, made: StoreKey): Promise<StoreKey> {
  const { paths, io, warn } = context;
  try {
    const privacy = await ensurePrivateDirectory(paths.directory, isStoreFile);
    if (privacy === 'tightened') warn(`Other users could look into ${paths.directory}; now only you can.`);
  } catch (error) {
    throw unwritable(paths.path, error);
  }
  return await withLock(paths, io, async (lock) => {
    const { storeKey, entries } = await readContents(context, lock);
    if (storeKey === null) throw fail('store-absent', { path: paths.path });
    await writeContents(context, made, entries, lock);
    return storeKey;
  });
}

/** Whether the file may have been written with this key after all; yes if that can't be found out. */
async function mayNeed({ paths, warn }: StoreContext, { header }: StoreKey): Promise<boolean> {
  try {
    const file = await readStoreFile(paths, warn);
    return file.state === 'sealed' && file.envelope.key.id === header.id;
  } catch {
    return true;
  }
}
