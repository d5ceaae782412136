import type { StoreKey } from '../keys/store-key.ts';
import { storedProfile } from '../model/stored-profile.ts';
import type { Contents, StoreContext } from './contents.ts';
import { writeDurably } from './durable-write.ts';
import { sealFile } from './envelope.ts';
import { unwritable } from './file-problem.ts';
import { LostLock, type Lock } from './lock.ts';
import { sweep } from './store-file.ts';

/**
 * Replaces the file's contents, in the current format.
 * @throws Failure store-unwritable; the file is unchanged then
 */
export async function writeContents(
  { paths, keys }: StoreContext,
  storeKey: StoreKey,
  entries: Contents['entries'],
  lock: Lock,
): Promise<void> {
  const profiles = Array.from(entries.values(), ({ value, profile }) => (profile ? storedProfile(profile) : value));
  const bytes = sealFile(JSON.stringify({ profiles }), storeKey.header, storeKey.key);
  try {
    await sweep(paths);
    await writeDurably(paths.path, bytes, { ready: () => mustBeOurs(lock) });
  } catch (error) {
    throw unwritable(paths.path, error);
  }
  keys.wrote(storeKey);
}

/** @throws LostLock */
export async function mustBeOurs(lock: Lock): Promise<void> {
  if (!(await lock.isOurs())) throw new LostLock('another process took over the lock in the meantime');
}
