import type { Profile } from '../model/profile.ts';
import { plainJson } from '../model/stored-profile.ts';
import type { Contents, StoreContext } from './contents.ts';
import { reserveSpace, writeDurably } from './durable-write.ts';
import { sealFile } from './envelope.ts';
import { orUnwritable } from './file-problem.ts';
import { assertOurs, type Lock } from './lock.ts';
import { ensurePrivateDirectory, type Privacy } from './private-file.ts';
import { readStoreFile, sweep } from './store-file.ts';
import { isStoreFile } from './store-paths.ts';

/** How much larger the file may be after the next write, in bytes. */
const growth = 65_536;

/** Call it before locking, so that no process waits while someone types a passphrase. */
export async function prepare(context: StoreContext): Promise<void> {
  const { paths, keys, warn } = context;
  const privacy = await ensurePrivacy(context);
  await orUnwritable(paths.path, async () => {
    const file = await readStoreFile(paths, warn);
    if (file.state !== 'absent') return;
    if (privacy === 'modeless')
      warn(
        `The drive of ${paths.directory} doesn’t support file modes, so other users of this computer may be able to open the store there. It is encrypted: only its key protects it.`,
      );
    await keys.prepare();
  });
}

export async function ensurePrivacy({ paths: { path, directory }, warn }: StoreContext): Promise<Privacy> {
  const privacy = await orUnwritable(path, () => ensurePrivateDirectory(directory, isStoreFile));
  if (privacy === 'tightened') warn(`Other users could look into ${directory}; now only you can.`);
  return privacy;
}

/**
 * Writes the contents with these changes, in the current format.
 * @param changed the changed profiles; `undefined` removes a profile
 * @throws Failure store-unwritable, with the file unchanged
 */
export async function writeContents(
  { paths, keys }: StoreContext,
  { storeKey, entries: before }: Contents,
  changed: Iterable<readonly [name: string, profile: Profile | undefined]>,
  lock: Lock,
): Promise<void> {
  const entries = new Map(before);
  for (const [name, profile] of changed) {
    if (profile === undefined) entries.delete(name);
    else entries.set(name, profile);
  }
  await orUnwritable(paths.path, async () => {
    const used = await keys.toWrite(storeKey);
    const bytes = sealFile(plainJson({ profiles: [...entries.values()] }), used.header, used.key);
    await assertOurs(lock);
    await sweep(paths);
    await writeDurably(paths.path, bytes, { ready: () => assertOurs(lock) });
    keys.wrote(used);
  });
}

/**
 * Replaces the file with itself, to detect a file that can't be replaced, such as a mount point. Then reserves the
 * space that the real write needs, so that the disk can't fill up first.
 * @returns a function that frees the space, to call just before the real write
 * @throws Failure store-unwritable
 */
export async function checkWritable(
  { paths }: StoreContext,
  lock: Lock,
  bytes: Buffer | null,
): Promise<() => Promise<void>> {
  return await orUnwritable(paths.path, async () => {
    await assertOurs(lock);
    await sweep(paths);
    if (bytes !== null) await writeDurably(paths.path, bytes, { ready: () => assertOurs(lock) });
    return await reserveSpace(paths.path, growth + (bytes?.length ?? 0));
  });
}
