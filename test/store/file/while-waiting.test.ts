import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/ground/errors.ts';
import type { Store, StoreSettings } from '../../../src/store/store.ts';
import { connected, ioIn, realClock } from '../child-setting.ts';
import { failureOf, keychainBut, memoryKeychain, storeIn, storePath, temporaryDirectory } from '../setting.ts';

/** An open store, and what another process does while this one waits for the lock. */
interface OpenedStore {
  readonly root: string;
  readonly path: string;
  readonly store: Store;
  /** Lets another process take the lock, run `work` as soon as this process waits for the lock, and release it. */
  readonly whileWaiting: (work: () => Promise<unknown>) => Promise<void>;
}

async function openedStore(more: Partial<StoreSettings> = {}): Promise<OpenedStore> {
  const root = await temporaryDirectory();
  const path = storePath(root);
  let work = (): Promise<unknown> => expect.unreachable('no wait is expected');
  const clock = {
    ...realClock,
    async sleep() {
      await work();
      await rm(`${path}.lock`);
    },
  };
  await (await storeIn(root)).change('default', () => connected('default'));
  const store = await storeIn(root, { io: { ...ioIn(root), clock }, ...more });
  return {
    root,
    path,
    store,
    async whileWaiting(given) {
      work = given;
      await writeFile(`${path}.lock`, JSON.stringify({ pid, host: hostname(), token: '0123456789abcdef' }));
    },
  };
}

test('a change that another process makes right after a store was opened is seen', async () => {
  const { store, root } = await openedStore();
  await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 2 }));

  expect((await store.profile('default'))?.updatedAt).toBe(2);

  await (await storeIn(root)).change('default', () => connected('default', { updatedAt: 3 }));
  expect((await store.profile('default'))?.updatedAt).toBe(3);
});

test('only the first read of a command that reads at once may be of what opening read, and not after a question', async () => {
  for (const keychain of [null, memoryKeychain()]) {
    const root = await temporaryDirectory();
    const change = async (updatedAt: number): Promise<void> => {
      const other = await storeIn(root, { keychain });
      await other.change('default', () => connected('default', { updatedAt }));
    };
    await change(1);
    const store = await storeIn(root, { keychain, first: 'default' });
    const read = async () => (await store.profile('default'))?.updatedAt;

    await change(2);
    expect(await read()).toBe(keychain === null ? 1 : 2);
    await change(3);
    expect(await read()).toBe(3);
  }
});

test('a store that another process removes first isn’t reported as removed here', async () => {
  const { root, path, store, whileWaiting } = await openedStore();
  await whileWaiting(() => rm(path));

  expect(await store.removeIfEmpty()).toEqual({ storeFile: false, key: null });

  expect(await readdir(join(root, 'config'))).toEqual([]);
});

test('a change to a store that another process removes creates a new store, or says what prevents it', async () => {
  const { root, path, store, whileWaiting } = await openedStore();
  await whileWaiting(() => rm(path));
  expect(await store.change('other', (current) => current ?? connected('other'))).toBeDefined();
  expect((await store.profiles()).map(({ name }) => name)).toEqual(['other']);

  await whileWaiting(async () => {
    await rm(path);
    await rename(join(root, 'data'), join(root, 'away'));
    await writeFile(join(root, 'data'), 'a file');
  });
  const failure = await failureOf(
    store.change('third', () => connected('third')),
    'store-unwritable',
  );

  expect(failure.message).toContain(`couldn’t be written to ${join(root, 'data', 'keys')}`);
  expect(await readdir(join(root, 'config'))).toEqual([]);
});

test.each<[string, (path: string) => Promise<unknown>, ErrorCode, number]>([
  ['is removed', (path) => rm(path), 'store-absent', 0],
  ['is damaged', (path) => writeFile(path, 'damaged'), 'store-damaged', 0],
  // Nobody knows whether it was written with the new key.
  ['becomes unreadable', (path) => rm(path).then(() => mkdir(path)), 'store-unreadable', 1],
])(
  'if a store %s before its key is moved, its key is kept, and the new key only if the store may need it',
  async (...row) => {
    const [, work, code, kept] = row;
    const keychain = memoryKeychain();
    const { root, path, store, whileWaiting } = await openedStore({ keychain });
    const before = await readdir(join(root, 'data', 'keys'));
    await whileWaiting(() => work(path));

    expect((await failureOf(store.moveKey({ to: 'keychain' }), code)).message).toContain(path);

    expect(await readdir(join(root, 'data', 'keys'))).toEqual(before);
    expect(keychain.entries.size).toBe(kept);
  },
);

test('a store damaged during the key lookup stays in place, and the next run reports the damage', async () => {
  const root = await temporaryDirectory();
  const keychain = memoryKeychain();
  await (await storeIn(root, { keychain })).change('default', () => connected('default'));
  const damaging = keychainBut(keychain, 'getPassword', async () => {
    await writeFile(storePath(root), 'damaged');
    return { outcome: 'answered' };
  });

  await failureOf(storeIn(root, { keychain: damaging }), 'keychain-entry-missing');

  expect(await readFile(storePath(root), 'utf8')).toBe('damaged');
  await failureOf(storeIn(root, { keychain }), 'store-damaged');
});
