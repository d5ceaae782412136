import type { Clock } from '../../ground/io.ts';
import { removeFile } from './busy.ts';
import { createLockFile, readLockFile, stateOfHolder, type LockFile } from './lock-file.ts';
import { socketPath } from './lock-socket.ts';

/** Milliseconds that a waiting process must see no renewal before the holder counts as dead, unless it is gone. */
export const lease = 10_000;

/**
 * Milliseconds without a renewal after which a running process with the holder's id is taken for another process. Long,
 * because the holder may only have been suspended.
 */
export const abandonedAfter = 300_000;

/** Milliseconds to respect a claim whose holder can't be seen. Less than `lockTimeout`, because others wait for it. */
export const claimTimeout = 15_000;

/**
 * Whether a lock's holder is dead.
 * @param age the time since the last renewal according to the clock, which may differ from another computer's
 * @param silentFor how long this process has waited without seeing a renewal
 */
export async function isDead(path: string, lock: LockFile, age: number, silentFor: number): Promise<boolean> {
  switch (await stateOfHolder(path, lock)) {
    case 'gone':
      return true;
    case 'unknown':
      return silentFor >= lease;
    case 'running':
      return silentFor >= lease && age > abandonedAfter;
  }
}

/** Longer than two renewals, and short enough for one of doctor's checks. In milliseconds. */
const watchTime = 5_000;

/** Whether a lock that nobody waits for is dead. Watches an old one, because its holder's clock may be behind ours. */
export async function isLeftBehind(path: string, lock: LockFile, clock: Clock): Promise<boolean> {
  const age = clock.now() - lock.touchedAt;
  if (await isDead(path, lock, age, 0)) return true;
  if (age <= 6 * lease || !(await isDead(path, lock, age, lease))) return false;
  await clock.sleep(watchTime);
  const later = await readLockFile(path);
  return later?.token === lock.token && later.touchedAt === lock.touchedAt;
}

/**
 * Removes a dead lock. If two processes find it, the slower one must not remove the lock that the faster one takes
 * next. So a process first claims the dead lock with a second lock file, named after the dead lock's token, and checks
 * again. An abandoned claim is removed the same way, and the caller tries again later.
 * @param now milliseconds since 1970
 * @returns whether the path may be free now
 */
export async function removeDeadLock(path: string, { token }: LockFile, now: number): Promise<boolean> {
  const claimPath = `${path}.${token}`;
  if ((await createLockFile(claimPath)) === null) {
    const other = await readLockFile(claimPath);
    if (other !== null && (await isAbandoned(claimPath, other, now))) await removeDeadLock(claimPath, other, now);
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

async function isAbandoned(path: string, claim: LockFile, now: number): Promise<boolean> {
  const age = Math.abs(now - claim.touchedAt);
  return await isDead(path, claim, age, age > claimTimeout ? lease : 0);
}
