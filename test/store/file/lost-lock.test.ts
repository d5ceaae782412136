import { readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import { ownIdentity } from '../../../src/ground/process-identity.ts';
import type { Store } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { startWorker, useWorkers } from '../children.ts';
import { failureOf, fakeClock, storeIn, storePath, temporaryDirectory } from '../setting.ts';
import { onWindows } from '../../tools/systems.ts';

useWorkers();

/** The id of a process that doesn't exist. */
const gone = 2 ** 30;

/** Creates a store with one profile. `steal` replaces its lock with that of a process that no longer exists. */
async function setUp() {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default', { updatedAt: 1 }));
  const lock = join(root, 'config', 'connections.lock');
  const steal = (): Promise<void> =>
    writeFile(lock, JSON.stringify({ ...ownIdentity(), pid: gone, token: 'fedcba9876543210' }));
  return { root, store, lock, steal };
}

test('a response received after the lock was lost is stored anyway', async () => {
  const { store, steal } = await setUp();
  let calls = 0;

  const changed = await store.change('default', async (current = connected('default')) => {
    calls += 1;
    await steal();
    return { ...current, updatedAt: 2 };
  });

  expect([calls, changed?.updatedAt, (await store.profile('default'))?.updatedAt]).toEqual([1, 2, 2]);
});

test('a response is stored even if another process has the lock and Ctrl-C is pressed', async () => {
  const { root, lock, steal } = await setUp();
  const controller = new AbortController();
  const clock = fakeClock();
  const sleep = async (ms: number): Promise<void> => {
    await rm(lock, { force: true });
    await clock.sleep(ms);
  };
  const store = await storeIn(root, { io: { ...ioIn(root), clock: { ...clock, sleep }, signal: controller.signal } });

  await store.change('default', async (current = connected('default')) => {
    await steal();
    await writeFile(lock, JSON.stringify({ ...ownIdentity(), token: 'fedcba9876543210' }));
    controller.abort();
    return { ...current, updatedAt: 2 };
  });

  expect((await store.profile('default'))?.updatedAt).toBe(2);
});

test('a change is repeated if another process took over the lock and changed the profile', async () => {
  const { root, store, lock } = await setUp();
  const seen: (number | undefined)[] = [];

  await store.change('default', async (current = connected('default')) => {
    seen.push(current.updatedAt);
    if (seen.length === 1) {
      await unlink(lock);
      await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 7 }));
    }
    return { ...current, createdAt: 5 };
  });

  expect(seen).toEqual([1, 7]);
  expect(await store.profile('default')).toMatchObject({ updatedAt: 7, createdAt: 5 });
});

test.each<[string, (store: Store) => Promise<unknown>, readonly string[]]>([
  ['a profile is removed', (store) => store.forget('default'), []],
  ['profiles are added', (store) => store.addAll([connected('a')]), ['a', 'default']],
  ['the store is checked', (store) => store.proveWritable(), ['default']],
])('if the lock is lost while %s, it is taken again', async (_, write, names) => {
  const { root, lock } = await setUp();
  let asked = 0;
  // Only while the lock is held: another process has moved the key since the store was opened.
  const askPassphrase = async (): Promise<Secret> => {
    asked += 1;
    await unlink(lock);
    return new Secret('horse');
  };
  const store = await storeIn(root, { askPassphrase });
  await (await storeIn(root)).moveKey({ to: 'passphrase', passphrase: new Secret('horse') });

  await write(store);

  expect(asked).toBe(1);
  expect(await store.names()).toEqual(names);
});

test('a process that lost its lock doesn’t touch the files of the process that has it now', async () => {
  const { root, lock } = await setUp();
  const clock = fakeClock();
  const writing = `${storePath(root)}.0123456789ab.tmp`;
  let seen: string | undefined;
  const sleep = async (ms: number): Promise<void> => {
    seen ??= await readFile(writing, 'utf8').catch(() => 'removed');
    await rm(lock, { force: true });
    await clock.sleep(ms);
  };
  const store = await storeIn(root, { io: { ...ioIn(root), clock: { ...clock, sleep } } });

  await store.change('default', async (current = connected('default')) => {
    await unlink(lock);
    await writeFile(lock, JSON.stringify({ ...ownIdentity(), token: 'fedcba9876543210' }));
    await writeFile(writing, 'half of a store');
    return { ...current, updatedAt: 2 };
  });

  expect(seen).toBe('half of a store');
});

test('if the lock is lost before the request to TikTok Shop, it is taken again first', async () => {
  const { store, lock } = await setUp();
  let calls = 0;

  await store.change('default', async (current = connected('default'), proveWritable) => {
    calls += 1;
    if (calls === 1) await rm(lock);
    await proveWritable();
    return { ...current, updatedAt: 3 };
  });

  expect(calls).toBe(2);
  expect((await store.profile('default'))?.updatedAt).toBe(3);
});

test('a move that lost its lock keeps the file, which may have newer tokens than the copy', async () => {
  const { root, store, lock } = await setUp();
  const target = await storeIn(await temporaryDirectory());
  const addAll: typeof target.addAll = async (profiles) => {
    await target.addAll(profiles);
    await unlink(lock);
    await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 7 }));
  };

  const failure = await failureOf(store.moveTo({ ...target, addAll }), 'store-unwritable');

  expect(failure.message).toContain('another process took over the lock');
  expect(failure.fix).toBe('Run the same command again.');
  expect((await store.profile('default'))?.updatedAt).toBe(7);
});

test('a store isn’t removed by a process that lost its lock', async () => {
  const { root, store, steal } = await setUp();
  await store.forget('default');
  const before = await readFile(storePath(root));
  const losing = await storeIn(root, {
    waitNotice: async (_, work) => {
      const held = await work();
      await steal();
      return held;
    },
  });

  await failureOf(losing.removeIfEmpty(), 'store-unwritable');

  expect(await readFile(storePath(root))).toEqual(before);
});

test('a process suspended until its lock was taken over stores its response and reverts no other change', async ({
  skip,
}) => {
  skip(onWindows, 'Windows has no signal that suspends a process');
  const { root, store, lock } = await setUp();
  const suspended = startWorker(['suspend', root, 'default', 9]);
  await suspended.line(/holding/);
  const now = Date.now();
  await utimes(lock, new Date(), new Date(now - 301_000));
  const other = await storeIn(root, { io: { ...ioIn(root), clock: fakeClock(now) } });
  await other.change('other', () => connected('other'));

  suspended.process.kill('SIGCONT');

  expect(await suspended.ended, suspended.lines.join('\n')).toBe(0);
  expect((await store.profiles()).map(({ name, updatedAt }) => [name, updatedAt])).toEqual([
    ['default', 9],
    ['other', 20],
  ]);
});
