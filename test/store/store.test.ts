import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { ownIdentity } from '../../src/ground/process-identity.ts';
import { Secret } from '../../src/ground/secret.ts';
import { isConnected, validProfileName, type Profile } from '../../src/store/model/profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import { connected, ioIn } from './child-setting.ts';
import {
  failureOf,
  fakeClock,
  filesBelow,
  toPlain,
  keyPath,
  memoryKeychain,
  storeIn,
  splitStore,
  storePath,
  temporaryDirectory,
  removeAll,
} from './setting.ts';
import { noModes, onWindows } from '../tools/systems.ts';

test('another run reads back everything that was stored', async () => {
  const root = await temporaryDirectory();
  const profile = connected('default');
  await (await storeIn(root)).change('default', () => profile);

  const [read, ...more] = await (await storeIn(root)).profiles();

  expect(more).toEqual([]);
  expect(toPlain(read)).toEqual(toPlain(profile));
  expect(read?.tokens?.accessToken).toBeInstanceOf(Secret);
});

test('a half-finished profile is read back unchanged', async () => {
  const root = await temporaryDirectory();
  const begun: Profile = { name: 'uk', app: {}, journal: { done: {} }, shops: [], createdAt: 1, updatedAt: 1 };
  await (await storeIn(root)).change('uk', () => begun);

  const read = await (await storeIn(root)).profile('uk');

  expect(read).toEqual(begun);
  expect(read !== undefined && isConnected(read)).toBe(false);
});

test('opening and reading a store create nothing on disk', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);

  expect(await store.profiles()).toEqual([]);
  expect(await store.profile('default')).toBeUndefined();
  expect(store.keySource).toBeNull();
  expect((await filesBelow(root)).size).toBe(0);
  await expect(stat(join(root, 'config'))).rejects.toThrow('ENOENT');
});

test('no secret is readable in any file, or in a printed profile', async () => {
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

test('each write uses a new IV', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  const seen = new Set<unknown>();
  for (let round = 0; round < 5; round += 1) {
    await store.change('default', () => connected('default'));
    seen.add(splitStore(await readFile(storePath(root))).header['iv']);
  }
  expect(seen.size).toBe(5);
});

test('files and directories are private to the user', async ({ skip }) => {
  skip(onWindows, noModes);
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default'));

  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
  expect(await modeOf(storePath(root))).toBe('600');
  expect(await modeOf(join(root, 'config'))).toBe('700');
  expect(await modeOf(await keyPath(root))).toBe('600');
  expect(await modeOf(join(root, 'data', 'keys'))).toBe('700');
});

test('a change sees what another process has stored since the store was opened', async () => {
  const root = await temporaryDirectory();
  const [one, other] = [await storeIn(root), await storeIn(root)];
  await one.change('default', () => connected('default', { updatedAt: 1 }));

  await other.change('default', (current) => current && { ...current, updatedAt: current.updatedAt + 1 });

  expect((await one.profile('default'))?.updatedAt).toBe(2);
});

test('two processes that create the store at the same moment get one store and one key', async () => {
  const root = await temporaryDirectory();
  const stores = await Promise.all([storeIn(root), storeIn(root), storeIn(root)]);

  await Promise.all(
    stores.map((store, index) => store.change(`shop-${String(index)}`, (c) => c ?? connected(`shop-${String(index)}`))),
  );

  const names = (await (await storeIn(root)).profiles()).map(({ name }) => name);
  expect(names).toEqual(['shop-0', 'shop-1', 'shop-2']);
  await keyPath(root);
});

test('after Ctrl-C, no change waits for the lock', async () => {
  const root = await temporaryDirectory();
  const other = await storeIn(root);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let held: Promise<unknown> = Promise.resolve();
  await new Promise<void>((taken) => {
    held = other.change('a', async () => {
      taken();
      await released;
      return connected('a');
    });
  });
  const leaving = await storeIn(root, { io: { ...ioIn(root), signal: AbortSignal.abort() } });

  await failureOf(
    leaving.change('b', () => connected('b')),
    'interrupted',
  );
  release();
  await held;

  expect(await other.names()).toEqual(['a']);
});

test('locking the store doesn’t open the terminal', async () => {
  const root = await temporaryDirectory();
  const open = vi.fn(() => null);
  const io = Object.defineProperty(ioIn(root), 'ask', { get: open, enumerable: true });

  await (await storeIn(root, { io })).change('a', () => connected('a'));

  expect(open).not.toHaveBeenCalled();
});

test('an open store shows other processes’ changes', async () => {
  const root = await temporaryDirectory();
  const before = await storeIn(root);
  for (const name of ['uk', 'Beta']) await before.change(name, () => connected(name));
  const store = await storeIn(root);
  await store.change('uk', () => undefined);
  await before.change('more', () => connected('more'));

  expect((await store.profiles()).map(({ name }) => name)).toEqual(['Beta', 'more']);
  expect(await store.names()).toEqual(['Beta', 'more']);
  expect([store.location, store.keySource]).toEqual([storePath(root), 'key-file']);
});

test('an intact store causes no warning', async () => {
  const root = await temporaryDirectory();
  const warnings: string[] = [];
  const store = await storeIn(root, { keychain: memoryKeychain(), warn: (sentence) => warnings.push(sentence) });

  await store.change('default', () => connected('default'));
  await store.change('default', () => connected('default', { updatedAt: 3 }));
  await store.proveWritable();
  await store.moveKey({ to: 'key-file' });
  await removeAll(store);

  expect(warnings).toEqual([]);
});

test('returning the same profile writes nothing', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  const given = await store.change('default', (current) => current);

  expect(given?.name).toBe('default');
  expect(await readFile(storePath(root))).toEqual(before);
});

test('an error in a change is passed on, nothing is written, and the next change works', async () => {
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

test('profiles are sorted by name, and a removed one is gone', async () => {
  const store = await storeIn(await temporaryDirectory());
  for (const name of ['uk', 'constructor', 'Beta', 'prototype']) await store.change(name, () => connected(name));
  await store.change('uk', () => undefined);

  expect((await store.profiles()).map(({ name }) => name)).toEqual(['Beta', 'constructor', 'prototype']);
  expect(await store.profile('toString')).toBeUndefined();
});

test('invalid profile names are refused', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  for (const name of ['', '__proto__', '../x', 'a b', '.hidden', '-x', 'é', 'a'.repeat(65), 'a\n']) {
    expect(validProfileName(name)).toBe(false);
    const failure = await failureOf(
      store.change(name, () => connected(name)),
      'profile-name-refused',
    );
    expect(failure.message).toContain(`“${name}”`);
  }
  for (const name of ['a', '1', 'default', 'UK_shop-2.old', 'a'.repeat(64)]) expect(validProfileName(name)).toBe(true);
});

test('a profile that couldn’t be read back never replaces a good one', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  await expect(store.change('default', () => connected('default', { createdAt: Number.NaN }))).rejects.toThrow(
    'read back',
  );
  await expect(store.change('default', () => connected('other'))).rejects.toThrow('rename');

  expect(await readFile(storePath(root))).toEqual(before);
});

test('checking that the store can be written creates no store, and the next write uses the prepared key', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);

  await store.proveWritable();

  expect((await storeIn(root)).keySource).toBeNull();
  expect(store.keySource).toBe('key-file');
  const [left, ...more] = [...(await filesBelow(root)).keys()];
  expect(left).toMatch(/^data\/keys\/[0-9a-f]{32}\.key$/);
  expect(more).toEqual([]);
  await store.change('default', () => connected('default'));
  await keyPath(root);
  await store.proveWritable();
  expect((await (await storeIn(root)).profiles()).length).toBe(1);
});

test('removing a store removes its key and leaves nothing behind', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));

  expect(await store.removeIfEmpty()).toEqual({ storeFile: false, key: null });
  expect((await store.profiles()).length).toBe(1);
  await store.change('default', () => undefined);
  expect(await store.removeIfEmpty()).toEqual({ storeFile: true, key: 'key-file' });

  expect(store.keySource).toBeNull();
  expect((await filesBelow(root)).size).toBe(0);
  expect(await removeAll(store)).toEqual({ storeFile: false, key: null });
});

test('removing a store that was never written only removes its prepared key', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);

  expect(await removeAll(store)).toEqual({ storeFile: false, key: null });
  expect(await readdir(root)).toEqual([]);

  await store.proveWritable();
  expect(await removeAll(store)).toEqual({ storeFile: false, key: 'key-file' });
  expect((await filesBelow(root)).size).toBe(0);
});

test('without a store there is no key to move, and the message names the path', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);

  expect((await failureOf(store.moveKey({ to: 'key-file' }), 'store-absent')).message).toContain(storePath(root));
});

test(
  'a passphrase can be replaced with another one, and removing the store reports no removed key',
  { tags: 'scrypt' },
  async () => {
    const root = await temporaryDirectory();
    const store = await storeIn(root, { io: ioIn(root, { OTTOKIT_TIKTOK_PASSPHRASE: 'the first one' }) });
    await store.change('default', () => connected('default'));
    const before = await readFile(storePath(root));

    const moved = await store.moveKey({ to: 'passphrase', passphrase: new Secret('the second one') });

    expect(moved).toEqual({ from: 'passphrase', moved: true });
    expect(splitStore(await readFile(storePath(root))).header['key']).not.toEqual(splitStore(before).header['key']);
    expect(await removeAll(store)).toEqual({ storeFile: true, key: null });
    expect((await filesBelow(root)).size).toBe(0);
  },
);

test('a store can be created again after another process has removed it', async () => {
  const root = await temporaryDirectory();
  const [one, other] = [await storeIn(root), await storeIn(root)];
  await one.change('default', () => connected('default'));
  await other.profiles();
  await removeAll(one);
  expect(await other.profiles()).toEqual([]);
  expect(other.keySource).toBeNull();

  await other.change('default', () => connected('default'));

  expect((await one.profiles()).length).toBe(1);
  expect((await (await storeIn(root)).profiles()).length).toBe(1);
});

test('the next write removes what a killed process left beside the store', async () => {
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

test('an interrupted program can still store its result', async () => {
  const root = await temporaryDirectory();
  const io = { ...ioIn(root), signal: AbortSignal.abort() };
  const store = await storeIn(root, { io });

  await store.change('default', () => connected('default'));

  expect((await store.profiles()).length).toBe(1);
});

test('a process whose lock was taken over writes nothing while the new holder has it', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root, { io: { ...ioIn(root), clock: fakeClock() } });
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  const change = store.change('default', async () => {
    const other = { ...ownIdentity(), token: '0123456789abcdef' };
    await writeFile(join(root, 'config', 'connections.lock'), JSON.stringify(other));
    return connected('default', { updatedAt: 1 });
  });

  await failureOf(change, 'store-locked');
  expect(await readFile(storePath(root))).toEqual(before);
  expect((await readdir(join(root, 'config'))).sort()).toEqual(['connections', 'connections.lock']);
});

test('checking that the store can be written keeps its contents, and doesn’t restore one that was removed in the meantime', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));

  await store.proveWritable();
  expect(await readFile(storePath(root))).toEqual(before);

  await removeAll(await storeIn(root));
  await store.proveWritable();
  expect(await readdir(join(root, 'config'))).toEqual([]);
});

test('a change notices that the store can’t be written before it does something irreversible', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root, { io: { ...ioIn(root), clock: fakeClock() } });
  await store.change('default', () => connected('default'));
  const before = await readFile(storePath(root));
  let done = false;

  const change = store.change('default', async (current, proveWritable) => {
    await writeFile(join(root, 'config', 'connections.lock'), '{"pid":1,"host":"other","token":"0123456789abcdef"}');
    await proveWritable();
    done = true;
    return current;
  });

  expect((await failureOf(change, 'store-unwritable')).message).toContain('took over the lock');
  expect(done).toBe(false);
  expect(await readFile(storePath(root))).toEqual(before);
});

test('checking that the store can be written replaces the file with itself and cleans up beside it', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('default', () => connected('default'));
  const [bytes, { ino }] = [await readFile(storePath(root)), await stat(storePath(root))];
  await writeFile(join(root, 'config', 'connections.0123456789ab.tmp'), 'left');

  await store.proveWritable();

  expect(await readFile(storePath(root))).toEqual(bytes);
  expect((await stat(storePath(root))).ino).not.toBe(ino);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
});

test('the system’s keychain is the default', async ({ skip }) => {
  skip(process.platform !== 'linux', 'other systems always have one, and it belongs to the user');
  const root = await temporaryDirectory();
  await (await storeIn(root, { keychain: memoryKeychain() })).change('default', () => connected('default'));

  const failure = await failureOf(openStore({ io: ioIn(root) }), 'keychain-failed');

  expect(failure.message).toContain('(there is no session bus)');
});
