import { rm, utimes } from 'node:fs/promises';
import { fail } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import { abandonedAfter, createLockFile, holderOf, readLockFile, removeDeadLock, type LockFile } from './lock-file.ts';
import type { StorePaths } from './store-paths.ts';
import type { WaitNotice } from '../keys/wait-notice.ts';
import { unwritable } from './file-problem.ts';

/** Held until released; released by nobody else while its holder shows signs of life. */
export interface Lock {
  /** False when another process took it for dead: a computer that slept on a network drive, a process stopped for long. */
  isOurs(): Promise<boolean>;
  /** Never fails: a lock that cannot be removed is one of a dead process soon. */
  release(): Promise<void>;
}

/** How long to wait for a holder before giving up; a refresh under the lock may take 40 s. Milliseconds, as all here. */
export const patience = 45_000;
const signOfLifeEvery = 2_000;
/** A holder that cannot be seen is gone after five missed signs of life, watched as they are missed. */
export const watchBeforeTaking = 10_000;
/**
 * Does `work` while holding the lock between processes.
 * @throws Failure store-locked, interrupted while waiting, store-unwritable when the lock cannot be made; and whatever
 *   `work` throws
 */
export async function withLock<T>(
  { lockPath, path }: Pick<StorePaths, 'lockPath' | 'path'>,
  io: Pick<Io, 'clock' | 'signal'> & { readonly telling: WaitNotice },
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  let lock: Lock;
  try {
    lock = await io.telling('Waiting for another ottokit-tiktok that holds the store', () =>
      takeLock(lockPath, path, io),
    );
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

/**
 * Takes the lock between processes. The holder is found dead by its process number, at once, or, where that says
 * nothing, because it no longer touches the file. Not left to proper-lockfile 4: it goes by time alone, so whoever comes
 * after a killed process waits 10 s, and two that find the same dead lock can both get it.
 * @throws Failure store-locked when others hold it for `patience`, interrupted when `signal` aborts the wait;
 *   Trouble or the system's error when the file cannot be made
 */
export async function takeLock(path: string, storePath: string, io: Pick<Io, 'clock' | 'signal'>): Promise<Lock> {
  let watched: { holder: LockFile; for: number } | undefined;
  for (let waited = 0; ;) {
    const token = await createLockFile(path);
    if (token !== null) return heldLock(path, token);
    const holder = await readLockFile(path);
    if (holder === null) continue;
    if (watched?.holder.token !== holder.token || watched.holder.touchedAt !== holder.touchedAt) {
      watched = { holder, for: 0 };
    }
    const now = io.clock.now();
    if (isDead(holder, watched.for, now) && (await removeDeadLock(path, holder, now))) continue;
    if (waited >= patience) throw fail('store-locked', { path: storePath, seconds: patience / 1_000 });
    if (io.signal.aborted) throw fail('interrupted', {});
    const pause = 15 + Math.random() * 30;
    await io.clock.sleep(pause, io.signal);
    waited += pause;
    watched.for += pause;
  }
}

function isDead(lock: LockFile, silentFor: number, now: number): boolean {
  switch (holderOf(lock)) {
    case 'gone':
      return true;
    case 'elsewhere':
      return silentFor >= watchBeforeTaking;
    case 'running':
      return silentFor >= watchBeforeTaking && now - lock.touchedAt > abandonedAfter;
  }
}

function heldLock(path: string, token: string): Lock {
  const signs = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, signOfLifeEvery);
  signs.unref();
  const isOurs = async (): Promise<boolean> => (await readLockFile(path))?.token === token;
  return {
    isOurs,
    async release() {
      clearInterval(signs);
      try {
        if (await isOurs()) await rm(path, { force: true });
      } catch {
        // Nothing to be done, and what was to be written is written.
      }
    },
  };
}
