import { rm, utimes } from 'node:fs/promises';
import { platform as systemPlatform } from 'node:os';
import { fail } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { OpenSettings } from '../store.ts';
import { isDead, removeDeadLock } from './dead-lock.ts';
import { whenFree, type BusyOptions } from './busy.ts';
import { FileProblem, LostLock, orUnwritable } from './file-problem.ts';
import { createdAs, createLockFile, openLockSocket, readLockFile, socketPath, type LockFile } from './lock-file.ts';
import type { StorePaths } from './store-paths.ts';

export type Lock = Awaited<ReturnType<typeof heldLock>>;

/** How long to wait for the lock. A refresh may hold it for 40 s. All times are in milliseconds. */
export const lockTimeout = 45_000;
const renewEvery = 2_000;
const checkEvery = 250;
/** A longer attempt to take the lock counts as this long, because the whole computer was probably suspended. */
const longestAttempt = 300;

type LockContext = Pick<OpenSettings & StorePaths, 'io' | 'waitNotice' | 'lockPath' | 'path'>;

/** @throws Failure store-locked, interrupted while waiting, store-unwritable if locking failed, and as `work` */
export async function withLock<T>(
  { lockPath, path, io, waitNotice }: LockContext,
  work: (lock: Lock) => Promise<T>,
  signal = io.signal,
): Promise<T> {
  const lock = await orUnwritable(path, () =>
    // Not `...io`: reading `io.ask` and `io.say` opens the terminal.
    waitNotice('Waiting for another ottokit-tiktok to finish', () =>
      takeLock(lockPath, path, { clock: io.clock, signal }),
    ),
  );
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

/**
 * Takes the lock, also from a holder that is dead or has stopped renewing it. We don't use proper-lockfile 4: it waits
 * 10 s after a holder is killed, and lets two processes take the same dead lock.
 * @throws Failure store-locked after `lockTimeout`, interrupted; FileProblem or the system's error
 */
export async function takeLock(
  path: string,
  storePath: string,
  io: Pick<Io, 'clock' | 'signal'>,
  { create = createLockFile, remove = rm, platform = systemPlatform() } = {},
): Promise<Lock> {
  const watch = watchHolder(path, io.clock);
  const pause = async (ms: number): Promise<void> => {
    if (io.signal.aborted) throw fail('interrupted', {});
    await io.clock.sleep(ms, io.signal);
  };
  for (let waited = 0; ;) {
    const startedAt = io.clock.monotonic();
    const token = await whenFree(() => create(path), { platform, pause });
    if (token !== null) return await heldLock(path, token, remove, { platform, pause: io.clock.sleep });
    await watch(waited);
    if (waited >= lockTimeout) throw fail('store-locked', { path: storePath, seconds: lockTimeout / 1_000 });
    const ms = 15 + Math.random() * 30;
    await pause(ms);
    waited += Math.max(ms, Math.min(io.clock.monotonic() - startedAt, longestAttempt));
  }
}

/** The tokens of released locks that couldn't be removed yet. */
const unremoved = new Set<string>();

/** Returns a function that removes the lock of a dead holder. `waited` is in milliseconds. */
function watchHolder(path: string, clock: Io['clock']): (waited: number) => Promise<void> {
  let seen: (LockFile & { readonly since: number }) | undefined;
  let nextCheck = 0;
  return async (waited) => {
    const lock = await readLockFile(path);
    if (lock === null) return;
    if (seen?.token !== lock.token || seen.touchedAt !== lock.touchedAt) seen = { ...lock, since: waited };
    if (waited < nextCheck) return;
    const now = clock.now();
    if (unremoved.has(lock.token) || (await isDead(path, lock, now - lock.touchedAt, waited - seen.since)))
      await removeDeadLock(path, lock, now);
    else nextCheck = waited + checkEvery;
  };
}

async function heldLock(path: string, token: string, remove: typeof rm, busy: BusyOptions) {
  const created = await createdAs(path);
  const closeSocket = await openLockSocket(socketPath(path, token));
  const isOurs = async (): Promise<boolean> => {
    const lock = await readLockFile(path);
    // This may be our own lock, on a drive that fails.
    if (lock !== null && lock.owner === undefined) throw new FileProblem('its lock can’t be read');
    return lock?.token === token;
  };
  const renew = async (): Promise<void> => {
    // Don't renew another process's lock, which must expire if that process dies.
    if (await isOurs()) await utimes(path, new Date(), new Date());
  };
  const removeOwn = async (): Promise<void> => {
    const isStillOurs = await isOurs().catch(async (error: unknown) => {
      // Without a free file descriptor, we can't read the lock, but we must not leave it behind.
      if (created === undefined || (await createdAs(path)) !== created) throw error;
      return true;
    });
    if (isStillOurs) await remove(path, { force: true });
    clearInterval(timer);
    unremoved.delete(token);
  };
  const timer = setInterval(() => {
    (unremoved.has(token) ? removeOwn() : renew()).catch(() => undefined);
  }, renewEvery);
  timer.unref();
  return {
    /** Call this just before a change that can't be undone. @throws LostLock, or FileProblem if it can't be read */
    async assertOurs(): Promise<void> {
      if (!(await isOurs())) throw new LostLock('another process took over the lock in the meantime');
    },
    /** Never fails. If the lock can't be removed now, it is removed later. */
    async release(): Promise<void> {
      try {
        await closeSocket();
        await whenFree(removeOwn, busy);
      } catch {
        // The timer tries again. If this process exits first, the next process removes the lock.
        unremoved.add(token);
      }
    },
  };
}
