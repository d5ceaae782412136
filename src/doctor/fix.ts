import { isFailure } from '../ground/errors.ts';
import type { Io, Say } from '../ground/io.ts';
import { reasonOf } from '../store/file/file-problem.ts';
import { removeStaleLock, tightenPermissions } from '../store/file/fix-store.ts';

/** Makes the store's files private and removes a dead process's lock. Call it before the store is opened. */
export async function fixFiles(
  io: Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>,
  report: Pick<Say, 'done' | 'warn'>,
): Promise<void> {
  try {
    const { tightened, failed } = await tightenPermissions(io);
    for (const path of tightened) report.done(`Only you can open ${path} now.`);
    for (const { path, detail } of failed) report.warn(`${path} could not be made private (${detail}).`);
    if ((await removeStaleLock(io)) === 'removed') report.done('The lock of a process that ended was removed.');
  } catch (thrown) {
    // There is no directory for the store, which is reported by the check of the store.
    if (isFailure(thrown)) return;
    report.warn(`The store’s lock could not be removed (${reasonOf(thrown)}).`);
  }
}
