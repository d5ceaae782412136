import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeFile } from './busy.ts';
import { createLockFile, readLockFile, stateOfHolder, type LockFile } from './lock-file.ts';

/** A holder this process can't see counts as dead after this long without a renewal. Milliseconds, as all here. */
export const lease = 10_000;

/**
 * The holder's number belongs to a running process, but the lock hasn't been renewed for this long: the number was
 * reused, on a system without start times. Long enough for a process that was suspended and continues.
 */
export const abandonedAfter = 300_000;

/** A claim is held for milliseconds; well past that, and well before a waiter gives up, it is left over. */
export const claimAge = 15_000;

/**
 * Whether a lock is free to take.
 * @param age the time since the last renewal by the clock, which another computer may have set otherwise
 * @param silentFor how long this process has seen no renewal; omitted where nobody watches, and the clock decides alone
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
 * Removes a dead lock, if it is still the same one. Two processes may find it at once, and the slower one must not
 * remove the lock that the faster one takes in its place; so whoever removes a lock first takes a claim named after its
 * token, and looks again. A claim whose maker was killed is removed the same way, and the caller tries again later.
 * @param now milliseconds since 1970
 * @returns whether the path may be free now
 */
export async function removeDeadLock(path: string, { token }: LockFile, now: number): Promise<boolean> {
  const claimPath = `${path}.${token}`;
  if ((await createLockFile(claimPath, 'claim')) === null) {
    const other = await readLockFile(claimPath);
    if (other !== null && (await isLeftOver(claimPath, other, now))) await removeDeadLock(claimPath, other, now);
    return false;
  }
  try {
    if ((await readLockFile(path))?.token === token) {
      await removeSockets(path);
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

/** Removes the sockets of dead holders: only a holder has one, and the dead lock keeps everyone else from being that. */
async function removeSockets(path: string): Promise<void> {
  const pattern = new RegExp(`^${basename(path).replaceAll('.', '\\.')}\\.[0-9a-f]{16}\\.socket(\\.new)?$`);
  const sockets = (await readdir(dirname(path))).filter((name) => pattern.test(name));
  await Promise.all(sockets.map((name) => removeFile(join(dirname(path), name))));
}
