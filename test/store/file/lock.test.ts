import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, test, vi } from 'vitest';
import { claimAge, lease, removeDeadLock } from '../../../src/store/file/dead-lock.ts';
import { readLockFile } from '../../../src/store/file/lock-file.ts';
import { lockTimeout, takeLock, type Lock } from '../../../src/store/file/lock.ts';
import { ownIdentity, type ProcessIdentity } from '../../../src/ground/process-identity.ts';
import { failureOf, fakeClock, temporaryDirectory } from '../setting.ts';

const never = new AbortController().signal;
/** The number of a process that does not run: above the highest that any system gives. */
const gone = 2 ** 30;

/** A process as this one would name itself, but for what is given. */
const identity = (other: Partial<ProcessIdentity>): object => ({ ...ownIdentity(), started: undefined, ...other });
const written = (other: Partial<ProcessIdentity>, token = '0123456789abcdef'): string =>
  JSON.stringify({ ...identity(other), token });
/** Names a process of another computer. */
const elsewhere = { pid: 7, host: 'another', boot: 'another', namespace: 'pid:[1]' };

async function place(
  content?: string,
): Promise<{ lock: string; take: (clock?: ReturnType<typeof fakeClock>, signal?: AbortSignal) => Promise<Lock> }> {
  const lock = join(await temporaryDirectory(), 'connections.lock');
  if (content !== undefined) await writeFile(lock, content);
  return { lock, take: (clock = fakeClock(), signal = never) => takeLock(lock, '/the/store', { clock, signal }) };
}

test('the lock says who holds it, and is gone after it is released', async () => {
  const { lock, take } = await place();
  const held = await take();

  expect(await readLockFile(lock)).toMatchObject({ owner: { pid, host: hostname() } });
  expect(await held.isOurs()).toBe(true);
  expect((await stat(lock)).mode & 0o777).toBe(0o600);
  await held.release();
  expect(await readLockFile(lock)).toBeNull();
});

test('who waits for longer than 45 seconds is told whose store it is', async () => {
  const { lock, take } = await place();
  const held = await take();
  const clock = fakeClock();

  const failure = await failureOf(take(clock), 'store-locked');

  expect(failure.message).toContain('/the/store for 45 seconds');
  expect(clock.slept()).toBeGreaterThanOrEqual(lockTimeout);
  expect(clock.slept()).toBeLessThan(lockTimeout + 100);
  expect(await held.isOurs()).toBe(true);
  await held.release();
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('Ctrl-C ends the waiting', async () => {
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

test('a lock whose holder no longer runs is taken at once', async () => {
  const { take } = await place(written({ pid: gone }));
  const clock = fakeClock();

  const held = await take(clock);

  expect(clock.slept()).toBeLessThan(50);
  expect(await held.isOurs()).toBe(true);
  await held.release();
});

test('a lock of another computer is taken only after 10 seconds without a sign of life', async () => {
  const { take } = await place(written(elsewhere));
  const clock = fakeClock();

  await (await take(clock)).release();

  expect(clock.slept()).toBeGreaterThanOrEqual(10_000);
  expect(clock.slept()).toBeLessThan(10_500);
});

test('a lock of another computer that shows signs of life is waited for', async () => {
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
  'a lock that was cut off while it was written (%j) is taken after 10 seconds',
  async (content) => {
    const { take } = await place(content);
    const clock = fakeClock();

    await (await take(clock)).release();

    expect(clock.slept()).toBeGreaterThanOrEqual(10_000);
    expect(clock.slept()).toBeLessThan(10_500);
  },
);

test('a running process with the number of a holder of long ago does not keep the lock', async () => {
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

test('of many that find the same dead lock each gets it once, one after another', async () => {
  const { lock, take } = await place(written({ pid: gone }));
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const held = await take();
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await held.isOurs()).toBe(true);
      inside -= 1;
      await held.release();
    }),
  );
  expect(most).toBe(1);
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('who was slow to remove a dead lock does not remove the one that was taken in its place', async () => {
  const { lock, take } = await place(written({ pid: gone }));
  const dead = await readLockFile(lock);
  const held = await take();

  if (dead !== null) await removeDeadLock(lock, dead, Date.now());

  expect(await held.isOurs()).toBe(true);
  await held.release();
});

test('a dead lock is left to whoever is removing it just now', async () => {
  const { lock } = await place(written({ pid: gone }));
  await writeFile(`${lock}.0123456789abcdef`, written({ pid }, 'fedcba9876543210'));
  const dead = await readLockFile(lock);

  expect(dead !== null && (await removeDeadLock(lock, dead, Date.now()))).toBe(false);

  expect(await readLockFile(lock)).toEqual(dead);
});

test('a dead lock is taken although who was removing it was killed', async () => {
  const { lock, take } = await place(written({ pid: gone }));
  await writeFile(`${lock}.0123456789abcdef`, written({ pid: gone }, 'fedcba9876543210'));
  const clock = fakeClock();

  await (await take(clock)).release();

  expect(clock.slept()).toBeLessThan(200);
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test.each([
  ['a dead lock', written({ pid: gone }), '0123456789abcdef', claimAge],
  ['a lock that was cut off', '', undefined, lease],
])(
  '%s is taken although who was removing it was killed just now, before its claim was written',
  async (_, content, token, wait) => {
    const { lock, take } = await place(content);
    const claim = `${lock}.${token ?? (await readLockFile(lock))?.token ?? 'none'}`;
    await writeFile(claim, '');
    const clock = fakeClock();

    await (await take(clock)).release();

    expect(clock.slept()).toBeGreaterThanOrEqual(Math.max(wait, claimAge) - 1_000);
    expect(clock.slept()).toBeLessThan(lockTimeout);
    expect(await readdir(join(lock, '..'))).toEqual([]);
  },
);

test('a holder that lost its lock knows, and leaves the other one alone', async () => {
  const { lock, take } = await place();
  const held = await take();
  await writeFile(lock, written({ pid }));

  expect(await held.isOurs()).toBe(false);
  await held.release();

  expect(await readFile(lock, 'utf8')).toBe(written({ pid }));
});

test('a holder whose lock is gone knows, and its release makes nothing of it', async () => {
  const { lock, take } = await place();
  const held = await take();
  await rm(lock);

  expect(await held.isOurs()).toBe(false);
  await held.release();

  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('a lock shows signs of life while it is held', async () => {
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

test('a holder that lost its lock does not keep the other one alive', async () => {
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
