import { attempt } from '../ground/attempt.ts';
import type { Io, Say } from '../ground/io.ts';
import { reasonOf } from '../store/file/file-problem.ts';
import { removeStaleLock, tightenPermissions } from '../store/file/fix-store.ts';
import { storePathsOf } from '../store/file/store-paths.ts';

/** Makes the store's files private and removes a dead process's lock. Call it before the store is opened. */
export async function fixFiles(
  io: Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>,
  report: Pick<Say, 'done' | 'warn'>,
): Promise<void> {
  // If there is no directory for the store, the check `store` reports that.
  const paths = attempt(() => storePathsOf(io), undefined);
  if (paths === undefined) return;
  const { tightened, failed } = await tightenPermissions(paths);
  for (const path of tightened) report.done(`Only you can open ${path} now.`);
  for (const { path, detail } of failed) report.warn(`${path} could not be made private (${detail}).`);
  try {
    if ((await removeStaleLock(paths, io.clock)) === 'removed')
      report.done('The lock left by a process that has exited was removed.');
  } catch (thrown) {
    report.warn(`The store’s lock could not be removed (${reasonOf(thrown)}).`);
  }
}
