import { removeFile } from './busy.ts';
import { createLockFile, readLockFile, stateOfHolder, type LockFile } from './lock-file.ts';
import { socketPath } from './lock-socket.ts';

/** A holder that this process can't see is dead after this long without a renewal. All of these are in milliseconds. */
export const lease = 10_000;

/**
 * After this long without a renewal, another process must have the holder's id, on a system without start times.
 * Long enough for a suspended process to continue.
 */
export const abandonedAfter = 300_000;

/** A claim is held for milliseconds, so one this old was abandoned. Short enough that waiters still get the lock. */
export const claimAge = 15_000;

/**
 * Whether a lock's holder is dead, so that others may take the lock.
 * @param age the time since the last renewal by the clock, which another computer may have set differently
 * @param silentFor how long this process has seen no renewal; if omitted, only the clock decides
 */
export async function isDead(path: string, lock: LockFile, age: number, silentFor?: number): Promise<boolean> {
  switch (await stateOfHolder(path, lock)) {
    case 'gone':
      return true;
    case 'unknown':
      return silentFor === undefined ? age > 6 * lease : silentFor >= lease;
    case 'running':
      return (silentFor ?? lease) >= lease && age > abandonedAfter;
  }
}

/**
 * Removes a dead lock if it is still the same one. Two processes may find it at once, and the slower one must not
 * remove the lock that the faster one takes next. So a process first takes a claim named after the lock's token, and
 * checks again. An abandoned claim is removed the same way, and the caller tries again later.
 * @param now milliseconds since 1970
 * @returns whether the path may be free now
 */
export async function removeDeadLock(path: string, { token }: LockFile, now: number): Promise<boolean> {
  const claimPath = `${path}.${token}`;
  if ((await createLockFile(claimPath)) === null) {
    const other = await readLockFile(claimPath);
    if (other !== null && (await isLeftOver(claimPath, other, now))) await removeDeadLock(claimPath, other, now);
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

async function isLeftOver(path: string, claim: LockFile, now: number): Promise<boolean> {
  const age = Math.abs(now - claim.touchedAt);
  return await isDead(path, claim, age, age > claimAge ? lease : 0);
}
