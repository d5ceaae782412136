import type { Profile } from '../model/profile.ts';
import { plainJson } from '../model/stored-profile.ts';
import { withContents, type LockedContents, type StoreContext } from './contents.ts';
import { forgetKey, newKey, type StoreKey } from '../keys/store-key.ts';
import { reserveSpace, writeDurably } from './durable-write.ts';
import { jsonOf } from './entries.ts';
import { sealFile } from './envelope.ts';
import { isLostLock, orUnwritable } from './file-problem.ts';
import { ensurePrivateDirectory } from './private-file.ts';
import { examineStoreFile, readStoreFile, sweep } from './store-file.ts';
import { isStoreFile } from './store-paths.ts';

const growth = 65_536;

export const maxAttempts = 3;

/**
 * Asks for a new store's passphrase before locking, so that no process waits while the user types. Then runs `work`
 * under the lock, and again if another process took it while this one was suspended. On failure, removes the key of a
 * store that wasn't written.
 */
export async function withWritableContents<T>(
  context: StoreContext,
  work: (contents: LockedContents) => Promise<T>,
  signal = () => context.io.signal,
): Promise<T> {
  try {
    await prepare(context);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withContents(context, work, signal());
      } catch (error) {
        if (attempt === maxAttempts || !isLostLock(error)) throw error;
      }
    }
  } catch (error) {
    const { prepared, path } = context;
    const file = await examineStoreFile(path, false);
    const isOther = file.state === 'sealed' && file.envelope.key.id !== prepared?.header.id;
    // In any other state, the file may have been written with the new key despite the error.
    if (isOther || file.state === 'absent') await dropKey(context, prepared);
    throw error;
  }
}

async function prepare(context: StoreContext): Promise<void> {
  const { path, directory, warn } = context;
  await orUnwritable(path, async () => {
    const privacy = await ensurePrivateDirectory(directory, isStoreFile);
    if (privacy === 'tightened') warn(`Other users could look into ${directory}; now only you can.`);
    const file = await readStoreFile(context);
    if (file.state !== 'absent') return;
    if (privacy === 'modeless')
      warn(
        `The drive that contains ${directory} doesn’t support file modes, so other users of this computer may be able to open the store there. Only its encryption protects it.`,
      );
    await prepareKey(context);
  });
}

async function prepareKey(context: StoreContext): Promise<StoreKey> {
  if (context.prepared !== null) return context.prepared;
  // Checks first that the store can be written, because a failed attempt could leave a key behind.
  const freeSpace = await reserveSpace(context.path, growth);
  await freeSpace();
  return (context.prepared = await newKey(context));
}

/** Removes an unused key. If that fails, returns the reason. */
export async function dropKey(context: StoreContext, unused: StoreKey | null): Promise<string | undefined> {
  if (unused === null) return undefined;
  if (context.prepared === unused) context.prepared = null;
  return await forgetKey(context, unused.header);
}

/** Writes the changed profiles; `undefined` removes one. @throws Failure store-unwritable; as `newKey` */
export async function writeContents(
  context: StoreContext,
  { storeKey, entries: before, lock }: LockedContents,
  changed: Iterable<readonly [name: string, profile: Profile | undefined]>,
): Promise<void> {
  const { path } = context;
  const entries = new Map(before);
  for (const [name, profile] of changed) {
    if (profile === undefined) entries.delete(name);
    else entries.set(name, plainJson(profile));
  }
  await orUnwritable(path, async () => {
    const used = storeKey ?? (await prepareKey(context));
    // Another process may have created the file after this one prepared a key.
    if (storeKey !== null) await dropKey(context, context.prepared);
    const bytes = sealFile(jsonOf(entries), used.header, used.key);
    await lock.assertOurs();
    await sweep(context);
    await writeDurably(path, bytes, { ready: () => lock.assertOurs() });
    context.last = { storeKey: used, bytes, entries };
    context.prepared = null;
  });
}

/**
 * Replaces the file with a copy of itself, to detect one that can't be replaced, such as a mount point. Then reserves
 * the space that the real write needs.
 * @returns a function that frees the space, to call just before the real write @throws Failure store-unwritable
 */
export async function checkWritable(context: StoreContext, { bytes, lock }: LockedContents) {
  const { path } = context;
  return await orUnwritable(path, async () => {
    await lock.assertOurs();
    await sweep(context);
    if (bytes !== null) await writeDurably(path, bytes, { ready: () => lock.assertOurs() });
    return await reserveSpace(path, growth + (bytes?.length ?? 0));
  });
}
