import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from '../../ground/attempt.ts';
import type { Io, Say } from '../../ground/io.ts';
import { removeStaleLock } from './dead-lock.ts';
import { FileProblem, reasonOf } from './file-problem.ts';
import { ensurePrivateDirectory, makePrivate } from './private-file.ts';
import { isKeyFile, isStoreFile, storePathsOf } from './store-paths.ts';

/** Makes the store's files private and removes a dead process's lock. Call it before the store is opened. */
export async function fixFiles(
  io: Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>,
  report: Pick<Say, 'done' | 'warn'>,
): Promise<void> {
  // If there is no directory for the store, the check `store` reports that.
  const paths = attempt(() => storePathsOf(io), undefined);
  if (paths === undefined) return;
  const { directory, path, lockPath } = paths;
  // If the directory of key files is unknown, we can't have created any.
  const keysDirectory = attempt(paths.keysDirectory, '');
  const tighten = async (each: string, isOurs?: (name: string) => boolean): Promise<void> => {
    try {
      const found = lstatSync(each, { throwIfNoEntry: false });
      if (found === undefined || (!isOurs && !found.isFile())) return;
      const privacy = isOurs ? await ensurePrivateDirectory(each, isOurs) : await makePrivate(each);
      if (privacy === 'modeless') throw new FileProblem('its drive doesn’t support file modes');
      if (privacy === 'tightened') report.done(`Only you can open ${each} now.`);
    } catch (thrown) {
      report.warn(`${each} couldn’t be made private (${reasonOf(thrown)}).`);
    }
  };
  await tighten(directory, isStoreFile);
  await tighten(path);
  await tighten(keysDirectory, isKeyFile);
  const keyFiles = (await readdir(keysDirectory).catch(() => [])).filter(isKeyFile);
  for (const name of keyFiles) await tighten(join(keysDirectory, name));
  try {
    if (await removeStaleLock(lockPath, io.clock))
      report.done('The lock left by a process that has exited was removed.');
  } catch (thrown) {
    report.warn(`The store’s lock couldn’t be removed (${reasonOf(thrown)}).`);
  }
}
