import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { isConnected, type Profile } from '../../src/store/profile.ts';
import { validProfileName } from '../../src/store/profile-name.ts';
import { connected, ioIn } from './child-setting.ts';
import {
  failureOf,
  filesBelow,
  inClear,
  keyPath,
  storeIn,
  splitStore,
  storePath,
  temporaryDirectory,
} from './setting.ts';

test('what is stored comes back whole in another run', async () => {
  const root = await temporaryDirectory();
  const profile = connected('default');
  await (await storeIn(root)).change('default', () => profile);

  const [read, ...more] = await (await storeIn(root)).profiles();

  expect(more).toEqual([]);
  expect(inClear(read)).toEqual(inClear(profile));
  expect(read?.tokens?.accessToken).toBeInstanceOf(Secret);
});

test('a profile that was only begun comes back as it is', async () => {
  const root = await temporaryDirectory();
  const begun: Profile = { name: 'uk', app: {}, journal: { done: {} }, shops: [], createdAt: 1, updatedAt: 1 };
  await (await storeIn(root)).change('uk', () => begun);

  const read = await (await storeIn(root)).profile('uk');

  expect(read).toEqual(begun);
  expect(read !== undefined && isConnected(read)).toBe(false);
});

test('opening and reading make nothing on the disk', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);

  expect(await store.profiles()).toEqual([]);
  expect(await store.profile('default')).toBeUndefined();
  expect([store.exists, store.keySource]).toEqual([false, null]);
  expect((await filesBelow(root)).size).toBe(0);
  await expect(stat(join(root, 'config'))).rejects.toThrow('ENOENT');
});

test('no secret stands in clear in any file, nor in what is printed of a profile', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const read = await store.profile('default');

  const secrets = ['0123456789abcdef01234567', 'another-app-secret', 'ROW_access', 'ROW_refresh', 'ROW_cipher'];
  for (const [name, bytes] of await filesBelow(root)) {
    for (const value of [...secrets, '6abcdefghijkl', 'Teapot']) expect(bytes.includes(value), name).toBe(false);
  }
  for (const text of [inspect(read, { depth: 9 }), inspect(store, { depth: 9 }), JSON.stringify(read)]) {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
});

test('each write uses an IV of its own', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  const seen = new Set<unknown>();
  for (let round = 0; round < 5; round += 1) {
    await store.change('default', () => connected('default'));
    seen.add(splitStore(await readFile(storePath(root))).header['iv']);
  }
  expect(seen.size).toBe(5);
});

test('files and directories are private to the user', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default'));

  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
  expect(await modeOf(storePath(root))).toBe('600');
  expect(await modeOf(join(root, 'config'))).toBe('700');
  expect(await modeOf(await keyPath(root))).toBe('600');
  expect(await modeOf(join(root, 'data', 'keys'))).toBe('700');
});

test('a change sees what another process stored since the store was opened', async () => {
  const root = await temporaryDirectory();
  const [one, other] = [await storeIn(root), await storeIn(root)];
  await one.change('default', () => connected('default', { updatedAt: 1 }));

  await other.change('default', (current) => current && { ...current, updatedAt: current.updatedAt + 1 });

  expect((await one.profile('default'))?.updatedAt).toBe(2);
});

test('two stores made at the same moment end as one, with one key', async () => {
  const root = await temporaryDirectory();
  const stores = await Promise.all([storeIn(root), storeIn(root), storeIn(root)]);

  await Promise.all(
    stores.map((store, index) => store.change(`shop-${String(index)}`, (c) => c ?? connected(`shop-${String(index)}`))),
  );

  const names = (await (await storeIn(root)).profiles()).map(({ name }) => name);
  expect(names).toEqual(['shop-0', 'shop-1', 'shop-2']);
  await keyPath(root);
});

test('giving the same profile back writes nothing', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  const given = await store.change('default', (current) => current);

  expect(given?.name).toBe('default');
  expect(await readFile(storePath(root))).toEqual(before);
});

test('what a change throws comes through, nothing is written, and the next change works', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  await expect(store.change('default', () => Promise.reject(new Error('the network is down')))).rejects.toThrow(
    'the network is down',
  );

  expect(await readFile(storePath(root))).toEqual(before);
  expect(await store.change('default', () => undefined)).toBeUndefined();
});

test('profiles come sorted by name, and one that is removed is gone', async () => {
  const store = await storeIn(await temporaryDirectory());
  for (const name of ['uk', 'constructor', 'Beta', 'prototype']) await store.change(name, () => connected(name));
  await store.change('uk', () => undefined);

  expect((await store.profiles()).map(({ name }) => name)).toEqual(['Beta', 'constructor', 'prototype']);
  expect(await store.profile('toString')).toBeUndefined();
});

test('names that are no profile names are refused', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  for (const name of ['', '__proto__', '../x', 'a b', '.hidden', '-x', 'é', 'a'.repeat(65), 'a\n']) {
    expect(validProfileName(name)).toBe(false);
    await failureOf(
      store.change(name, () => connected(name)),
      'profile-name-refused',
    );
  }
  for (const name of ['a', '1', 'default', 'UK_shop-2.old', 'a'.repeat(64)]) expect(validProfileName(name)).toBe(true);
});

test('a profile that could not be read back is never written over a good one', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  await expect(store.change('default', () => connected('default', { createdAt: Number.NaN }))).rejects.toThrow('fit');
  await expect(store.change('default', () => connected('other'))).rejects.toThrow('rename');

  expect(await readFile(storePath(root))).toEqual(before);
});

test('proving that it can be written leaves no store, and the next write uses the key that was made', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);

  await store.proveWritable();

  expect(store.exists).toBe(false);
  expect(store.keySource).toBe('key-file');
  const [left, ...more] = [...(await filesBelow(root)).keys()];
  expect(left).toMatch(/^data\/keys\/[0-9a-f]{32}\.key$/);
  expect(more).toEqual([]);
  await store.change('default', () => connected('default'));
  await keyPath(root);
  await store.proveWritable();
  expect((await (await storeIn(root)).profiles()).length).toBe(1);
});

test('a store that is removed takes its key with it and leaves nothing', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));

  expect(await store.removeAll({ onlyWhenEmpty: true })).toEqual({ storeFile: false, key: null });
  expect((await store.profiles()).length).toBe(1);
  await store.change('default', () => undefined);
  expect(await store.removeAll({ onlyWhenEmpty: true })).toEqual({ storeFile: true, key: 'key-file' });

  expect([store.exists, store.keySource]).toEqual([false, null]);
  expect((await filesBelow(root)).size).toBe(0);
  expect(await store.removeAll()).toEqual({ storeFile: false, key: null });
});

test('a store can be made again after it was removed by another process', async () => {
  const root = await temporaryDirectory();
  const [one, other] = [await storeIn(root), await storeIn(root)];
  await one.change('default', () => connected('default'));
  await other.profiles();
  await one.removeAll();
  expect(await other.profiles()).toEqual([]);
  expect([other.exists, other.keySource]).toEqual([false, null]);

  await other.change('default', () => connected('default'));

  expect((await one.profiles()).length).toBe(1);
  expect((await (await storeIn(root)).profiles()).length).toBe(1);
});

test('what a killed process left beside the store is swept at the next write', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  for (const name of [
    'connections.0123456789ab.tmp',
    'connections.lock.0123456789abcdef',
    'connections.damaged-x',
    'notes',
  ]) {
    await writeFile(join(root, 'config', name), 'left');
  }

  await store.change('default', () => connected('default', { updatedAt: 99 }));

  const left = [...(await filesBelow(join(root, 'config'))).keys()].sort();
  expect(left).toEqual(['connections', 'connections.damaged-x', 'notes']);
});

test('an interrupted program can still store what it has', async () => {
  const root = await temporaryDirectory();
  const io = { ...ioIn(root), signal: AbortSignal.abort() };
  const store = await storeIn(root, { io });

  await store.change('default', () => connected('default'));

  expect((await store.profiles()).length).toBe(1);
});

test('a process that lost its lock on the way does not write over what the other one wrote', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  const change = store.change('default', async () => {
    await writeFile(join(root, 'config', 'connections.lock'), '{"pid":1,"host":"other","token":"0123456789abcdef"}');
    return connected('default', { updatedAt: 1 });
  });

  expect((await failureOf(change, 'store-unwritable')).message).toContain('took over the lock');
  expect(await readFile(storePath(root))).toEqual(before);
  expect((await readdir(join(root, 'config'))).sort()).toEqual(['connections', 'connections.lock']);
});

test('to prove that it can be written changes nothing, and brings no store back that was removed meanwhile', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  await store.proveWritable();
  expect(await readFile(storePath(root))).toEqual(before);

  await (await storeIn(root)).removeAll();
  await store.proveWritable();
  expect(await readdir(join(root, 'config'))).toEqual([]);
});
