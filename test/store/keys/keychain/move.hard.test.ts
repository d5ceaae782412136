import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../../src/ground/secret.ts';
import type { NewKeyPlace } from '../../../../src/store/store.ts';
import type { Keychain, KeychainProblem } from '../../../../src/store/keys/keychain.ts';
import type { KeySource, Store } from '../../../../src/store/store.ts';
import { connected, ioIn } from '../../child-setting.ts';
import {
  failureOf,
  filesBelow,
  keychainBut,
  toPlain,
  memoryKeychain,
  storeIn,
  storePath,
  temporaryDirectory,
} from '../../setting.ts';

const passphrases: Readonly<Record<string, string>> = { first: 'the first one', second: 'the second one' };
const placeFor = (to: KeySource, passphrase = 'first'): NewKeyPlace =>
  to === 'passphrase' ? { to, passphrase: new Secret(passphrases[passphrase] ?? '') } : { to };

interface StoreWithKey {
  readonly root: string;
  readonly keychain: ReturnType<typeof memoryKeychain>;
  /** Opens the store again, like another run of the program. */
  readonly open: (passphrase?: string, keychain?: Keychain) => Promise<Store>;
  /** The number of stored keys, in the keychain and in files. */
  readonly kept: () => Promise<{ keychain: number; files: number }>;
}

/** Creates a store with two profiles, with its key in this place. */
async function storeWithKey(source: KeySource): Promise<StoreWithKey> {
  const root = await temporaryDirectory();
  const keychain = memoryKeychain();
  const open: StoreWithKey['open'] = (passphrase, other = keychain) => {
    const env = passphrase === undefined ? {} : { OTTOKIT_TIKTOK_PASSPHRASE: passphrases[passphrase] ?? '' };
    return storeIn(root, { io: ioIn(root, env), keychain: other });
  };
  const store = await open();
  for (const name of ['one', 'two']) await store.change(name, () => connected(name));
  if (source !== 'keychain') await store.moveKey(placeFor(source));
  const kept = async (): Promise<{ keychain: number; files: number }> => {
    const files = [...(await filesBelow(root)).keys()].filter((path) => path.startsWith('data/'));
    return { keychain: keychain.entries.size, files: files.length };
  };
  return { root, keychain, open, kept };
}

const sources: readonly KeySource[] = ['keychain', 'passphrase', 'key-file'];
const ways = sources.flatMap((from) => sources.filter((to) => to !== from).map((to) => [from, to] as const));
const held = {
  keychain: { keychain: 1, files: 0 },
  passphrase: { keychain: 0, files: 0 },
  'key-file': { keychain: 0, files: 1 },
};

test.each(ways)('moving the key from %s to %s loses nothing and leaves no old key behind', async (from, to) => {
  const { root, open, kept } = await storeWithKey(from);
  const before = await readFile(storePath(root));
  const store = await open(from === 'passphrase' ? 'first' : undefined);

  expect(await store.moveKey(placeFor(to))).toEqual({ from, moved: true });

  expect(store.keySource).toBe(to);
  expect(await kept()).toEqual(held[to]);
  const again = await open(to === 'passphrase' ? 'first' : undefined);
  expect(again.keySource).toBe(to);
  expect((await again.profiles()).map(toPlain)).toEqual(['one', 'two'].map((name) => toPlain(connected(name))));
  await again.change('two', () => undefined);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
  // An old copy can't be opened anymore, unless a passphrase opens it.
  await writeFile(storePath(root), before);
  if (from === 'passphrase') expect((await (await open('first')).profiles()).length).toBe(2);
  else await failureOf(open(), from === 'keychain' ? 'keychain-entry-missing' : 'key-missing');
});

test.each(['keychain', 'key-file'] as const)('nothing is written if the key’s source is already %s', async (source) => {
  const { root, open, kept } = await storeWithKey(source);
  const before = await readFile(storePath(root));

  expect(await (await open()).moveKey(placeFor(source))).toEqual({ from: source, moved: false });

  expect(await readFile(storePath(root))).toEqual(before);
  expect(await kept()).toEqual(held[source]);
});

test('a passphrase can be replaced with another one', async () => {
  const { root, open } = await storeWithKey('passphrase');

  expect(await (await open('first')).moveKey(placeFor('passphrase', 'second'))).toEqual({
    from: 'passphrase',
    moved: true,
  });

  await failureOf(open('first'), 'passphrase-wrong');
  expect((await (await open('second')).profiles()).length).toBe(2);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
});

test('without a store there is no key to move, and none is created', async () => {
  const root = await temporaryDirectory();
  const keychain = memoryKeychain();
  const store = await storeIn(root, { keychain });

  for (const to of sources) await failureOf(store.moveKey(placeFor(to)), 'store-absent');

  expect((await filesBelow(root)).size).toBe(0);
  expect(keychain.entries.size).toBe(0);
});

test.each(['none', 'locked', 'refused', 'slow'] as const)(
  'a keychain with the outcome “%s” leaves the store unchanged',
  async (outcome) => {
    const { root, open, kept } = await storeWithKey('key-file');
    const before = await readFile(storePath(root));
    const trouble: KeychainProblem = { outcome, detail: 'it is so' };
    const store = await open(undefined, () => Promise.resolve(trouble));

    const failure = await failureOf(store.moveKey(placeFor('keychain')), 'keychain-failed');

    expect(failure.message).toContain('(it is so)');
    expect(failure.message).toContain('unchanged');
    expect(await readFile(storePath(root))).toEqual(before);
    expect(await kept()).toEqual(held['key-file']);
    expect((await store.profiles()).length).toBe(2);
  },
);

test('no key is moved to the keychain if the program doesn’t use one', async () => {
  const { root } = await storeWithKey('key-file');
  const before = await filesBelow(root);

  const failure = await failureOf((await storeIn(root)).moveKey(placeFor('keychain')), 'keychain-failed');

  expect(failure.message).toContain('(it isn’t used here)');
  expect(await filesBelow(root)).toEqual(before);
});

test('a keychain that accepts a key but loses it is detected before the store depends on it', async () => {
  const { root, open, keychain } = await storeWithKey('key-file');
  const before = await readFile(storePath(root));
  const losing = keychainBut(keychain, 'getPassword', () => Promise.resolve({ outcome: 'answered' }));
  const store = await open(undefined, losing);

  const { message } = await failureOf(store.moveKey(placeFor('keychain')), 'keychain-failed');

  expect(message).toContain('doesn’t return it). The store is unchanged');
  expect(await readFile(storePath(root))).toEqual(before);
  expect(keychain.entries.size).toBe(0);
});

test('an old key that can’t be removed is reported, and the move is complete', async () => {
  const { open, keychain } = await storeWithKey('keychain');
  const locked = () => Promise.resolve({ outcome: 'locked', detail: 'it is locked' } as const);
  const store = await open(undefined, keychainBut(keychain, 'deletePassword', locked));

  expect(await store.moveKey(placeFor('key-file'))).toEqual({
    from: 'keychain',
    moved: true,
    keyLeft: 'it is locked',
  });

  expect((await (await open()).profiles()).length).toBe(2);
});

test('a program interrupted before it removes the old key leaves a store that the new key opens', async () => {
  const { open, keychain, kept } = await storeWithKey('keychain');
  const broken = new Error('interrupted');
  const store = await open(
    undefined,
    keychainBut(keychain, 'deletePassword', () => Promise.reject(broken)),
  );

  await expect(store.moveKey(placeFor('key-file'))).rejects.toBe(broken);

  expect(await kept()).toEqual({ keychain: 1, files: 1 });
  const again = await open();
  expect(again.keySource).toBe('key-file');
  expect((await again.profiles()).length).toBe(2);
});

test('a store that can’t be written keeps its key, and the new one is removed', async () => {
  const { root, open, kept } = await storeWithKey('keychain');
  const before = await readFile(storePath(root));
  await writeFile(join(root, 'config', 'notes'), 'of somebody');
  await chmod(join(root, 'config'), 0o777);
  const store = await open();

  await failureOf(store.moveKey(placeFor('key-file')), 'store-unwritable');

  expect(await readFile(storePath(root))).toEqual(before);
  expect(await kept()).toEqual(held.keychain);
});

test('a process can read while another one moves the key', async () => {
  const { open, keychain } = await storeWithKey('keychain');
  let moving: Promise<unknown> | undefined;
  // The old key is removed after the file was read and before the key is read.
  const overtaken = keychainBut(keychain, 'getPassword', async (request) => {
    moving ??= (await open()).moveKey(placeFor('key-file'));
    await moving;
    return await keychain(request);
  });

  const store = await open(undefined, overtaken);

  expect(store.keySource).toBe('key-file');
  expect((await store.profiles()).length).toBe(2);
});

test('if two processes move the key at once, the store keeps exactly one key', async () => {
  const { open, kept } = await storeWithKey('keychain');
  const stores = await Promise.all([open(), open(), open()]);

  await Promise.all(stores.map((store) => store.moveKey(placeFor('key-file'))));

  expect(await kept()).toEqual(held['key-file']);
  expect((await (await open()).profiles()).length).toBe(2);
});

test('a change that another process stores during the move is kept', async () => {
  const { open } = await storeWithKey('key-file');
  const [mover, writer] = [await open(), await open()];

  await Promise.all([
    mover.moveKey(placeFor('keychain')),
    writer.change('three', () => connected('three')),
    writer.change('one', () => undefined),
  ]);

  expect((await (await open()).profiles()).map(({ name }) => name)).toEqual(['three', 'two']);
});
