import type { Clock } from '../../ground/io.ts';
import { removeFile } from './busy.ts';
import { createLockFile, readLockFile, socketPath, stateOfHolder, type LockFile } from './lock-file.ts';

/** In milliseconds. A holder whose process can't be checked counts as dead after this long without a renewal. */
export const lease = 10_000;

/** In milliseconds. After this long without a renewal, we assume that the holder's process id was reused. */
export const abandonedAfter = 300_000;

/** In milliseconds. How long to respect a claim whose holder can't be checked. Shorter than `lockTimeout`. */
export const claimTimeout = 15_000;

/** Both times are in milliseconds: since the last renewal, by our clock, and without a renewal while we watched. */
export async function isDead(path: string, lock: LockFile, age: number, silentFor: number): Promise<boolean> {
  const state = await stateOfHolder(path, lock);
  return state === 'gone' || (silentFor >= lease && (state === 'unknown' || age > abandonedAfter));
}

/** In milliseconds. Longer than two renewal intervals, and shorter than the deadline of a `doctor` check. */
const watchTime = 5_000;

/** Whether a lock's holder is dead. Watches a lock that looks old, because the holder's clock may be behind ours. */
export async function isLeftBehind(path: string, lock: LockFile, clock: Clock): Promise<boolean> {
  const age = clock.now() - lock.touchedAt;
  if (await isDead(path, lock, age, 0)) return true;
  if (age <= 6 * lease || !(await isDead(path, lock, age, lease))) return false;
  await clock.sleep(watchTime);
  const later = await readLockFile(path);
  return later?.token === lock.token && later.touchedAt === lock.touchedAt;
}

/** Removes a dead holder's lock. Returns whether that lock is gone. @throws FileProblem, or the system's error */
export async function removeStaleLock(path: string, clock: Clock): Promise<boolean> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const lock = await readLockFile(path);
    if (lock === null || !(await isLeftBehind(path, lock, clock))) return false;
    if (await removeDeadLock(path, lock, clock.now())) return true;
  }
  return false;
}

/**
 * Removes a dead lock. If two processes find it, the slower one must not remove the lock that the faster one takes
 * next, so a process first claims the dead lock with a second lock file and checks again. An abandoned claim is removed
 * the same way, and the caller tries again later.
 * @returns whether the path may be free now
 */
export async function removeDeadLock(path: string, { token }: LockFile, now: number): Promise<boolean> {
  const claimPath = `${path}.${token}`;
  if ((await createLockFile(claimPath)) === null) {
    const other = await readLockFile(claimPath);
    if (other === null) return false;
    const age = Math.abs(now - other.touchedAt);
    const isAbandoned = await isDead(claimPath, other, age, age > claimTimeout ? lease : 0);
    if (isAbandoned) await removeDeadLock(claimPath, other, now);
    return false;
  }
  try {
    if ((await readLockFile(path))?.token === token) {
      await removeFile(socketPath(path, token));
      await removeFile(path);
    }
    return true;
  } finally {
    await removeFile(claimPath);
  }
}
