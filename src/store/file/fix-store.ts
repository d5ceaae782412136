import { chmod, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../../ground/io.ts';
import { codeOf } from '../../ground/system-error.ts';
import { isDead, removeDeadLock } from './dead-lock.ts';
import { FileProblem, reasonOf } from './file-problem.ts';
import { readLockFile } from './lock-file.ts';
import { ensurePrivateDirectory, isKeyFile, isStoreFile } from './private-directory.ts';
import { isLoose } from './private-file.ts';
import { storePathsOf } from './store-paths.ts';

type Where = Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>;

/** The paths that only this user can open from now on, and those that could not be changed. */
interface Tightened {
  readonly tightened: readonly string[];
  readonly failed: readonly { readonly path: string; readonly detail: string }[];
}

/** Makes the store, the key files and their directories private where they are not. */
export async function tightenPermissions(io: Where): Promise<Tightened> {
  const { directory, path, keysDirectory } = storePathsOf(io);
  const tightened: string[] = [];
  const failed: { path: string; detail: string }[] = [];
  const attempt = async (each: string, tighten: () => Promise<boolean>): Promise<void> => {
    try {
      if (await tighten()) tightened.push(each);
    } catch (error) {
      failed.push({ path: each, detail: reasonOf(error) });
    }
  };
  await attempt(directory, () => tightenDirectory(directory, isStoreFile));
  await attempt(path, () => tightenFile(path));
  await attempt(keysDirectory, () => tightenDirectory(keysDirectory, isKeyFile));
  const keyFiles = (await readdir(keysDirectory).catch(() => [])).filter(isKeyFile);
  for (const path of keyFiles.map((name) => join(keysDirectory, name))) await attempt(path, () => tightenFile(path));
  return { tightened, failed };
}

const keepsNoModes = 'its drive keeps no file modes';

async function tightenDirectory(path: string, isOurs: (name: string) => boolean): Promise<boolean> {
  if ((await stat(path).catch(() => null)) === null) return false;
  const privacy = await ensurePrivateDirectory(path, isOurs);
  if (privacy === 'modeless') throw new FileProblem(keepsNoModes);
  return privacy === 'tightened';
}

async function tightenFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isFile() !== true || !isLoose(found.mode)) return false;
  await chmod(path, found.mode & 0o700);
  if (isLoose((await lstat(path)).mode)) throw new FileProblem(keepsNoModes);
  return true;
}

/**
 * Removes the lock of a holder that is gone. `held`: the holder runs, or nobody can know.
 * @throws FileProblem, or the system's error
 */
export async function removeStaleLock(io: Where): Promise<'none' | 'removed' | 'held'> {
  const { lockPath } = storePathsOf(io);
  const now = io.clock.now();
  // The first attempt may only remove a dead claim to the lock.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const lock = await readLockFile(lockPath);
    if (lock === null) return 'none';
    if (!(await isDead(lockPath, lock, now - lock.touchedAt))) return 'held';
    if (await removeDeadLock(lockPath, lock, now)) return 'removed';
  }
  return 'held';
}
