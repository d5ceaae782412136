import { defined } from '../../ground/defined.ts';
import type { Io } from '../../ground/io.ts';
import { isDead, removeDeadLock } from './dead-lock.ts';
import { reasonOf } from './file-problem.ts';
import { readLockFile } from './lock-file.ts';
import { storePathsOf } from './store-paths.ts';

type Where = Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>;

export type LockReport =
  | {
      /** Absent when the file does not say. */
      readonly pid?: number;
      readonly host?: string;
      /** Whether its holder still runs, as far as this process can see. */
      readonly alive: boolean;
      /** Milliseconds since the holder last renewed it. */
      readonly age: number;
    }
  /** Something is in the lock's place that no command can remove. */
  | { readonly problem: string };

/** Looks at the lock and changes nothing. `undefined`: nobody holds the store. Never fails. */
export async function inspectLock(io: Where): Promise<LockReport | undefined> {
  const { lockPath } = storePathsOf(io);
  const now = io.clock.now();
  try {
    const lock = await readLockFile(lockPath);
    if (lock === null) return undefined;
    const age = now - lock.touchedAt;
    const holder = defined({ pid: lock.owner?.pid, host: lock.owner?.host });
    return { ...holder, alive: !(await isDead(lockPath, lock, age)), age: Math.max(0, age) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
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
