import { defined } from '../../ground/defined.ts';
import { fail } from '../../ground/errors.ts';
import type { StoreKey } from '../keys/store-key.ts';
import type { KeyMoved, NewKeyPlace } from '../store.ts';
import { readContents, withContents, type Contents, type StoreContext } from './contents.ts';
import { orUnwritable } from './file-problem.ts';
import { examineStoreFile } from './store-file.ts';
import { ensurePrivacy, writeContents } from './write-contents.ts';

/** `Store.moveKey`. */
export async function moveKey(context: StoreContext, place: NewKeyPlace): Promise<KeyMoved> {
  const { paths, keys } = context;
  // Opened before the lock is taken, so that nobody waits while a person is asked for the old passphrase.
  const { source } = keyOf(context, await readContents(context)).header;
  if (source === place.to && place.to !== 'passphrase') return { from: source, moved: false };
  const made = await orUnwritable(paths.path, () => keys.makeIn(place));
  try {
    const old = await rewrite(context, made);
    return { from: old.header.source, moved: true, ...defined({ keyLeft: await keys.drop(old) }) };
  } catch (error) {
    if (!(await mayNeed(context, made))) await keys.drop(made);
    throw error;
  }
}

function keyOf({ paths: { path } }: StoreContext, { storeKey }: Contents): StoreKey {
  if (storeKey === null) throw fail('store-absent', { path });
  return storeKey;
}

/** Writes the file with the new key. Returns the key it had until then. */
async function rewrite(context: StoreContext, made: StoreKey): Promise<StoreKey> {
  await ensurePrivacy(context);
  return await withContents(context, async (contents, lock) => {
    const old = keyOf(context, contents);
    await writeContents(context, made, contents.entries, lock);
    return old;
  });
}

/** Whether the file may have been written with this key after all; yes if that can't be found out. */
async function mayNeed({ paths }: StoreContext, { header }: StoreKey): Promise<boolean> {
  const file = await examineStoreFile(paths.path, false);
  return file.state === 'sealed' ? file.envelope.key.id === header.id : file.state !== 'absent';
}
