import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, test, vi } from 'vitest';
import { claimTimeout, lease, removeDeadLock } from '../../../src/store/file/dead-lock.ts';
import { createLockFile, readLockFile } from '../../../src/store/file/lock-file.ts';
import { lockTimeout, takeLock, type Lock } from '../../../src/store/file/lock.ts';
import { ownIdentity, type ProcessIdentity } from '../../../src/ground/process-identity.ts';
import { failureOf, fakeClock, temporaryDirectory } from '../setting.ts';
import { modeHere } from '../../tools/systems.ts';
import { makeClock } from '../../../src/ground/clock.ts';

const never = new AbortController().signal;
/** The id of a process that doesn't exist: above the highest that any system assigns. */
const gone = 2 ** 30;

/** This process's identity, with these changes. */
const identity = (other: Partial<ProcessIdentity>): object => ({ ...ownIdentity(), started: undefined, ...other });
const written = (other: Partial<ProcessIdentity>, token = '0123456789abcdef'): string =>
  JSON.stringify({ ...identity(other), token });
/** A process on another computer. */
const elsewhere = { pid: 7, host: 'another', boot: 'another', namespace: 'pid:[1]' };

async function place(
  content?: string,
): Promise<{ lock: string; take: (clock?: ReturnType<typeof fakeClock>, signal?: AbortSignal) => Promise<Lock> }> {
  const lock = join(await temporaryDirectory(), 'connections.lock');
  if (content !== undefined) await writeFile(lock, content);
  return { lock, take: (clock = fakeClock(), signal = never) => takeLock(lock, '/the/store', { clock, signal }) };
}

test('the lock names its holder and is removed on release', async () => {
  const { lock, take } = await place();
  const held = await take();

  expect(await readLockFile(lock)).toMatchObject({ owner: { pid, host: hostname() } });
  await held.assertOurs();
  expect((await stat(lock)).mode & 0o777).toBe(modeHere(0o600));
  await held.release();
  expect(await readLockFile(lock)).toBeNull();
});

test('a process that has waited for 45 seconds gives up and names the store', async () => {
  const { lock, take } = await place();
  const held = await take();
  const clock = fakeClock();

  const failure = await failureOf(take(clock), 'store-locked');

  expect(failure.message).toContain('/the/store; it didn’t finish within 45 seconds');
  expect(clock.slept()).toBeGreaterThanOrEqual(lockTimeout);
  expect(clock.slept()).toBeLessThan(lockTimeout + 100);
  await held.assertOurs();
  await held.release();
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('a process gives up after 45 seconds on a slow network drive too', async () => {
  const { lock, take } = await place();
  const held = await take();
  const clock = fakeClock();
  let onDrive = 0;
  const create: typeof createLockFile = async (path) => {
    onDrive += 200;
    return await createLockFile(path);
  };
  const slow = { ...clock, monotonic: () => clock.monotonic() + onDrive };

  await failureOf(takeLock(lock, '/the/store', { clock: slow, signal: never }, { create }), 'store-locked');

  expect(onDrive + clock.slept()).toBeGreaterThanOrEqual(lockTimeout);
  expect(onDrive + clock.slept()).toBeLessThan(lockTimeout + 500);
  await held.release();
});

test('a process that was suspended while it waited gives the holder time to renew the lock', async () => {
  const { lock } = await place(written(elsewhere));
  const clock = fakeClock();
  const suspended = { ...clock, monotonic: () => clock.monotonic() + (clock.slept() > 100 ? 3_600_000 : 0) };

  await (await takeLock(lock, '/the/store', { clock: suspended, signal: never })).release();

  expect(clock.slept()).toBeGreaterThanOrEqual(lease - 1_000);
});

test('Ctrl-C ends the wait', async () => {
  const { take } = await place();
  const held = await take();
  const controller = new AbortController();
  const clock = fakeClock();
  const sleep = clock.sleep;
  const interrupting = {
    ...clock,
    sleep: (ms: number) => {
      if (clock.slept() > 200) controller.abort();
      return sleep(ms);
    },
  };

  await failureOf(take(interrupting, controller.signal), 'interrupted');

  expect(clock.slept()).toBeLessThan(400);
  await held.release();
});

test('a lock is taken over at once if its holder is no longer running', async () => {
  const { take } = await place(written({ pid: gone }));
  const clock = fakeClock();

  const held = await take(clock);

  expect(clock.slept()).toBeLessThan(50);
  await held.assertOurs();
  await held.release();
});

test('another computer’s lock is taken over after 10 seconds without a renewal, not before', async () => {
  const { take } = await place(written(elsewhere));
  const clock = fakeClock();

  await (await take(clock)).release();

  expect(clock.slept()).toBeGreaterThanOrEqual(10_000);
  expect(clock.slept()).toBeLessThan(10_500);
});

test('a process waits for a lock that another computer keeps renewing', async () => {
  const { lock, take } = await place(written(elsewhere));
  const clock = fakeClock();
  const living = {
    ...clock,
    sleep: async (ms: number) => {
      await utimes(lock, new Date(), new Date(1_700_000_000_000 + Math.floor(clock.slept() / 5_000) * 5_000));
      await clock.sleep(ms);
    },
  };

  await failureOf(take(living), 'store-locked');

  expect(await readFile(lock, 'utf8')).toContain('another');
});

test.each(['', '{"pid":', '{"pid":0,"host":"h","token":"0123456789abcdef"}', '[]'])(
  'a lock that was cut off while it was written (%j) is taken over after 10 seconds',
  async (content) => {
    const { take } = await place(content);
    const clock = fakeClock();

    await (await take(clock)).release();

    expect(clock.slept()).toBeGreaterThanOrEqual(10_000);
    expect(clock.slept()).toBeLessThan(10_500);
  },
);

test('a process that reuses a dead holder’s id doesn’t keep the lock for more than five minutes', async () => {
  const { lock, take } = await place(written({ pid }));
  const now = Date.now();
  await utimes(lock, new Date(), new Date(now - 301_000));
  const clock = fakeClock(now);
  await (await take(clock)).release();
  expect(clock.slept()).toBeGreaterThanOrEqual(10_000);

  await writeFile(lock, written({ pid }));
  await utimes(lock, new Date(), new Date(now - 200_000));
  await failureOf(take(fakeClock(now)), 'store-locked');
});

test('many processes that find the same dead lock get it one after another', async () => {
  const { lock } = await place(written({ pid: gone }));
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      // A clock that doesn't wait would starve the holder on Windows.
      const held = await takeLock(lock, '/the/store', { clock: makeClock(), signal: never });
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      await held.assertOurs();
      inside -= 1;
      await held.release();
    }),
  );
  expect(most).toBe(1);
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('a process that removes a dead lock slowly doesn’t remove the lock that replaced it', async () => {
  const { lock, take } = await place(written({ pid: gone }));
  const dead = await readLockFile(lock);
  const held = await take();

  if (dead !== null) await removeDeadLock(lock, dead, Date.now());

  await held.assertOurs();
  await held.release();
});

test('a dead lock that another process is removing is left alone', async () => {
  const { lock } = await place(written({ pid: gone }));
  await writeFile(`${lock}.0123456789abcdef`, written({ pid }, 'fedcba9876543210'));
  const dead = await readLockFile(lock);

  expect(dead !== null && (await removeDeadLock(lock, dead, Date.now()))).toBe(false);

  expect(await readLockFile(lock)).toEqual(dead);
});

test('a dead lock is taken over even if the process that was removing it was killed', async () => {
  const { lock, take } = await place(written({ pid: gone }));
  await writeFile(`${lock}.0123456789abcdef`, written({ pid: gone }, 'fedcba9876543210'));
  const clock = fakeClock();

  await (await take(clock)).release();

  expect(clock.slept()).toBeLessThan(200);
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test.each([
  ['a dead lock', written({ pid: gone }), '0123456789abcdef', claimTimeout],
  ['a cut-off lock', '', undefined, lease],
])(
  '%s is taken over even if the process that was removing it was killed before it wrote its claim',
  async (_, content, token, wait) => {
    const { lock, take } = await place(content);
    const claim = `${lock}.${token ?? (await readLockFile(lock))?.token ?? 'none'}`;
    await writeFile(claim, '');
    const clock = fakeClock();

    await (await take(clock)).release();

    expect(clock.slept()).toBeGreaterThanOrEqual(Math.max(wait, claimTimeout) - 1_000);
    expect(clock.slept()).toBeLessThan(lockTimeout);
    expect(await readdir(join(lock, '..'))).toEqual([]);
  },
);

test('a holder notices that it lost its lock, and leaves the new lock alone', async () => {
  const { lock, take } = await place();
  const held = await take();
  await writeFile(lock, written({ pid }));

  await expect(held.assertOurs()).rejects.toThrow('took over');
  await held.release();

  expect(await readFile(lock, 'utf8')).toBe(written({ pid }));
});

test('a lock that can’t be read doesn’t count as taken over by another process', async () => {
  const { lock, take } = await place();
  const held = await take();
  await writeFile(lock, '');

  await expect(held.assertOurs()).rejects.toThrow('its lock can’t be read');

  await rm(lock);
  await held.release();
});

test('a holder notices that its lock was deleted, and can still release it', async () => {
  const { lock, take } = await place();
  const held = await take();
  await rm(lock);

  await expect(held.assertOurs()).rejects.toThrow('took over');
  await held.release();

  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('a lock that can’t be removed on release doesn’t block the same process, and is removed later', async () => {
  const { lock, take } = await place();
  let isBroken = true;
  const remove: typeof rm = async (path) => {
    if (isBroken) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    await rm(path);
  };
  const fail = async (): Promise<void> =>
    (await takeLock(lock, '/the/store', { clock: fakeClock(), signal: never }, { remove })).release();
  await fail();
  const clock = fakeClock();

  await (await take(clock)).release();

  expect(clock.slept()).toBeLessThan(100);
  await fail();
  isBroken = false;
  await vi.waitFor(
    async () => {
      expect(await readdir(join(lock, '..'))).toEqual([]);
    },
    { timeout: 10_000 },
  );
});

test('a lock is renewed while it is held', async () => {
  const { lock, take } = await place();
  const held = await take();
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);

  await vi.waitFor(
    async () => {
      expect((await readLockFile(lock))?.touchedAt).toBeGreaterThan(longAgo.getTime());
    },
    { timeout: 10_000 },
  );

  await held.release();
});

test('a holder that lost its lock doesn’t renew the new one', async () => {
  const [lost, kept] = [await place(), await place()];
  const longAgo = new Date(Date.now() - 60_000);
  const locks = [await lost.take(), await kept.take()];
  await writeFile(lost.lock, written({ pid }));
  for (const { lock } of [lost, kept]) await utimes(lock, longAgo, longAgo);

  await vi.waitFor(
    async () => {
      expect((await stat(kept.lock)).mtimeMs).toBeGreaterThan(longAgo.getTime());
    },
    { timeout: 10_000 },
  );

  expect((await stat(lost.lock)).mtimeMs).toBeCloseTo(longAgo.getTime(), 0);
  for (const held of locks) await held.release();
});

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows, a process waits for a lock that is being deleted (%s); elsewhere the error is final',
  async (code) => {
    const { lock } = await place();
    const refusing = (times: number): typeof createLockFile => {
      let left = times;
      return async (path) => {
        left -= 1;
        if (left >= 0) throw Object.assign(new Error(code), { code });
        return await createLockFile(path);
      };
    };
    const takeOn = (platform: NodeJS.Platform, times: number, clock = fakeClock()): Promise<Lock> =>
      takeLock(lock, '/the/store', { clock, signal: never }, { create: refusing(times), platform });

    await (await takeOn('win32', 100)).release();

    const clock = fakeClock();
    await expect(takeOn('win32', Infinity, clock)).rejects.toThrow(code);
    expect(clock.slept()).toBeGreaterThanOrEqual(10_000);
    expect(clock.slept()).toBeLessThan(10_100);
    await expect(takeOn('linux', 1)).rejects.toThrow(code);
  },
);

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows, releasing a lock waits up to 10 seconds for a program that is reading it (%s)',
  async (code) => {
    const { lock } = await place();
    const refusing = (times: number): typeof rm => {
      let left = times;
      return async (path) => {
        left -= 1;
        if (left >= 0) throw Object.assign(new Error(code), { code });
        await rm(path);
      };
    };
    const takeOn = (platform: NodeJS.Platform, times: number, clock = fakeClock()): Promise<Lock> =>
      takeLock(lock, '/the/store', { clock, signal: never }, { remove: refusing(times), platform });

    await (await takeOn('win32', 100)).release();
    expect(await readdir(join(lock, '..'))).toEqual([]);

    const clock = fakeClock();
    await (await takeOn('win32', Infinity, clock)).release();
    expect(clock.slept()).toBeGreaterThanOrEqual(10_000);
    expect(clock.slept()).toBeLessThan(10_100);
    await rm(lock);

    await (await takeOn('linux', 1)).release();
    expect(await readdir(join(lock, '..'))).toEqual(['connections.lock']);
  },
);
