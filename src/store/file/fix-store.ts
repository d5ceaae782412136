import { lstatSync, type Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from '../../ground/attempt.ts';
import type { Clock } from '../../ground/io.ts';
import { isLeftBehind, removeDeadLock } from './dead-lock.ts';
import { FileProblem, reasonOf } from './file-problem.ts';
import { readLockFile } from './lock-file.ts';
import { ensurePrivateDirectory, makePrivate, type Privacy } from './private-file.ts';
import { isKeyFile, isStoreFile, type StorePaths } from './store-paths.ts';

/** Makes the store, the key files and their directories private. Returns the paths that changed and the failures. */
export async function tightenPermissions(paths: StorePaths) {
  const { directory, path } = paths;
  // If the directory of key files is unknown, we can't have created any.
  const keysDirectory = attempt(paths.keysDirectory, '');
  const tightened: string[] = [];
  const failed: { readonly path: string; readonly detail: string }[] = [];
  const tightenAt = async (each: string, tighten: (found: Stats) => Promise<Privacy>): Promise<void> => {
    try {
      const found = lstatSync(each, { throwIfNoEntry: false });
      const privacy = found && (await tighten(found));
      if (privacy === 'modeless') throw new FileProblem('its drive doesn’t support file modes');
      if (privacy === 'tightened') tightened.push(each);
    } catch (error) {
      failed.push({ path: each, detail: reasonOf(error) });
    }
  };
  const file = (each: string): Promise<void> =>
    tightenAt(each, async (found) => (found.isFile() ? await makePrivate(each) : 'shared'));
  await tightenAt(directory, () => ensurePrivateDirectory(directory, isStoreFile));
  await file(path);
  await tightenAt(keysDirectory, () => ensurePrivateDirectory(keysDirectory, isKeyFile));
  const keyFiles = (await readdir(keysDirectory).catch(() => [])).filter(isKeyFile);
  for (const name of keyFiles) await file(join(keysDirectory, name));
  return { tightened, failed };
}

/** Removes a dead holder's lock. `held`: the holder may still be running. @throws FileProblem, or the system's error */
export async function removeStaleLock({ lockPath }: StorePaths, clock: Clock): Promise<'none' | 'removed' | 'held'> {
  // Removing an abandoned claim on the lock takes an attempt of its own.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const lock = await readLockFile(lockPath);
    if (lock === null) return 'none';
    if (!(await isLeftBehind(lockPath, lock, clock))) return 'held';
    if (await removeDeadLock(lockPath, lock, clock.now())) return 'removed';
  }
  return 'held';
}
