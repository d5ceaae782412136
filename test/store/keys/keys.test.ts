import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import type { Keychain, KeychainProblem } from '../../../src/store/keys/keychain.ts';
import { kdfWith } from '../../../src/store/keys/data-key.ts';
import { forgetKey } from '../../../src/store/keys/store-key.ts';
import type { WaitNotice } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import {
  failureOf,
  keychainBut,
  filesBelow,
  keyPath,
  memoryKeychain,
  splitStore,
  storeIn,
  storePath,
  temporaryDirectory,
  removeAll,
} from '../setting.ts';
import { noLinks, noModes, onWindows } from '../../tools/systems.ts';

const failing =
  (problem: KeychainProblem): Keychain =>
  () =>
    Promise.resolve(problem);

const none: KeychainProblem = { outcome: 'none', detail: 'there is no session bus' };
const withPassphrase = (root: string, passphrase: string) => ({
  io: ioIn(root, { OTTOKIT_TIKTOK_PASSPHRASE: passphrase }),
});
const answering = (answer: string, asked: string[] = []) => ({
  askPassphrase: (purpose: 'new' | 'open') => {
    asked.push(purpose);
    return Promise.resolve(new Secret(answer));
  },
});
const unasked = {
  askPassphrase: () => Promise.reject(new Error('no question is expected')),
};

describe('a new store’s key', () => {
  test('comes from the passphrase in the environment, if there is one', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    const store = await storeIn(root, { ...withPassphrase(root, 'correct horse'), ...unasked, keychain });

    await store.change('default', () => connected('default'));

    expect(store.keySource).toBe('passphrase');
    expect(keychain.entries.size).toBe(0);
    expect([...(await filesBelow(root)).keys()]).toEqual(['config/connections']);
    const { header } = splitStore(await readFile(storePath(root)));
    expect(header).toMatchObject({ key: { kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1 } } });
  });

  test('is stored in the keychain if there is one, without asking the user', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    await (await storeIn(root, { ...unasked, keychain })).change('default', () => connected('default'));

    const store = await storeIn(root, { keychain });

    expect(store.keySource).toBe('keychain');
    const [[account, secret] = ['', new Secret('')]] = keychain.entries;
    expect(account).toMatch(/^[0-9a-f]{32}$/);
    expect(secret.reveal()).toMatch(/^[0-9a-f]{64}$/);
    expect([...(await filesBelow(root)).keys()]).toEqual(['config/connections']);
    expect(await removeAll(store)).toEqual({ storeFile: true, key: 'keychain' });
    expect(keychain.entries.size).toBe(0);
  });

  test('is refused if the keychain accepts the key but doesn’t keep it', async () => {
    const root = await temporaryDirectory();
    const keychain: Keychain = () => Promise.resolve({ outcome: 'answered' });
    const store = await storeIn(root, { ...unasked, keychain });

    const change = store.change('default', () => connected('default'));

    expect((await failureOf(change, 'keychain-failed')).message).toContain('No store was created');
    expect([...(await filesBelow(root)).keys()]).toEqual([]);
  });

  test('comes from a passphrase, which is asked for once, if there is no keychain', async () => {
    const root = await temporaryDirectory();
    const asked: string[] = [];
    const store = await storeIn(root, { ...answering('asked for', asked), keychain: failing(none) });

    await store.change('default', () => connected('default'));
    await store.change('default', () => connected('default', { updatedAt: 2 }));

    expect(store.keySource).toBe('passphrase');
    expect(asked).toEqual(['new']);
    await storeIn(root, { ...answering('asked for', asked), keychain: failing(none) });
    expect(asked).toEqual(['new', 'open']);
  });

  test.each([
    ['if there is no terminal', {}],
    ['if the user enters no passphrase', answering('')],
  ])('is stored in a key file %s', async (_, asking) => {
    const root = await temporaryDirectory();
    const store = await storeIn(root, { ...asking, ...withPassphrase(root, ''), keychain: failing(none) });

    await store.change('default', () => connected('default'));

    expect(store.keySource).toBe('key-file');
    expect((await readFile(await keyPath(root), 'utf8')).trim()).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(['locked', 'refused', 'slow'] as const)(
    'isn’t stored elsewhere if the keychain’s outcome is “%s”',
    async (outcome) => {
      const root = await temporaryDirectory();
      const store = await storeIn(root, { ...unasked, keychain: failing({ outcome, detail: 'it is so' }) });

      for (const work of [() => store.change('default', () => connected('default')), () => store.proveWritable()]) {
        const failure = await failureOf(work(), 'keychain-failed');
        expect(failure.message).toContain('it is so');
        expect(failure.fix).toContain('OTTOKIT_TIKTOK_PASSPHRASE');
      }
      expect((await filesBelow(root)).size).toBe(0);
    },
  );

  test('isn’t created if the user presses Ctrl-C at the passphrase question', async () => {
    const root = await temporaryDirectory();
    const interrupted = new Error('the user pressed Ctrl-C');
    const store = await storeIn(root, { askPassphrase: () => Promise.reject(interrupted) });

    await expect(store.change('default', () => connected('default'))).rejects.toBe(interrupted);
    expect((await filesBelow(root)).size).toBe(0);
  });

  test('is removed again if the store isn’t written', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    const stopped = new Error('stopped');
    for (const store of [await storeIn(root), await storeIn(root, { keychain })])
      await expect(store.change('default', () => Promise.reject(stopped))).rejects.toBe(stopped);
    expect([(await filesBelow(root)).size, keychain.entries.size]).toEqual([0, 0]);
  });

  test('is removed again if Ctrl-C ends the wait for another process', async () => {
    const root = await temporaryDirectory();
    await mkdir(join(root, 'config'), { mode: 0o700 });
    const elsewhere = JSON.stringify({ pid: 1, host: 'elsewhere', token: '0123456789abcdef' });
    await writeFile(`${storePath(root)}.lock`, elsewhere);
    const interrupted = AbortSignal.abort();
    const store = await storeIn(root, { io: { ...ioIn(root), signal: interrupted } });

    for (const work of [() => store.addAll([connected('default')]), () => store.proveWritable()])
      await failureOf(work(), 'interrupted');
    expect([...(await filesBelow(root)).keys()]).toEqual([expect.stringContaining('connections.lock')]);
  });
});

describe('a store with a passphrase', () => {
  test('opens with the same letters in another Unicode form, and with no other passphrase', async () => {
    const root = await temporaryDirectory();
    await (await storeIn(root, withPassphrase(root, 'caf\u00e9'))).change('default', () => connected('default'));
    const before = await readFile(storePath(root));

    const store = await storeIn(root, withPassphrase(root, 'cafe\u0301'));
    expect((await store.profiles()).length).toBe(1);

    const failure = await failureOf(storeIn(root, withPassphrase(root, 'cafe')), 'passphrase-wrong');
    expect(failure.message).toContain(storePath(root));
    await failureOf(storeIn(root, answering('wrong')), 'passphrase-wrong');
    expect(await readFile(storePath(root))).toEqual(before);
    expect(await readdir(join(root, 'config'))).toEqual(['connections']);
  });

  test('can’t be opened without a passphrase, and no other key is looked for', async () => {
    const root = await temporaryDirectory();
    await (await storeIn(root, withPassphrase(root, 'secret'))).change('default', () => connected('default'));
    const keychain = () => Promise.reject(new Error('no question is expected'));

    const failure = await failureOf(storeIn(root, { keychain }), 'passphrase-missing');
    expect(failure.message).toContain(storePath(root));
    await failureOf(storeIn(root, { ...withPassphrase(root, ''), ...answering('') }), 'passphrase-missing');
  });

  test('has no key to remove, even if other keys are stored here', async () => {
    const root = await temporaryDirectory();
    const context = {
      path: storePath(root),
      keysDirectory: () => root,
      io: ioIn(root),
      keychain: memoryKeychain(),
      askPassphrase: undefined,
      warn: () => undefined,
      tighten: true,
    };
    expect(await forgetKey(context, { source: 'passphrase', id: 'f'.repeat(32), kdf: kdfWith() })).toBeUndefined();
  });
});

describe('a store whose key is in the keychain', () => {
  test.each([
    ['none', 'keychain-failed'],
    ['locked', 'keychain-failed'],
    ['refused', 'keychain-failed'],
    ['slow', 'keychain-failed'],
  ] as const)('can’t be opened if the keychain’s outcome is “%s”, and no other key is used', async (outcome, code) => {
    const root = await temporaryDirectory();
    await (await storeIn(root, { keychain: memoryKeychain() })).change('default', () => connected('default'));
    const before = await readFile(storePath(root));

    const settings = { ...withPassphrase(root, 'another way'), ...unasked };
    const failure = await failureOf(
      storeIn(root, { ...settings, keychain: failing({ outcome, detail: 'why' }) }),
      code,
    );

    expect(failure.message).toContain('(why)');
    await failureOf(storeIn(root, { ...settings, keychain: null }), code);
    expect(await readFile(storePath(root))).toEqual(before);
  });

  test('can’t be opened if the keychain has no entry for it or a wrong one, and the error names the entry', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    await (await storeIn(root, { keychain })).change('default', () => connected('default'));
    const [account = ''] = keychain.entries.keys();

    for (const entry of ['', 'f'.repeat(64), 'not a key']) {
      keychain.entries.set(account, new Secret(entry));
      expect((await failureOf(storeIn(root, { keychain }), 'keychain-entry-missing')).message).toContain(account);
    }
    keychain.entries.clear();
    expect((await failureOf(storeIn(root, { keychain }), 'keychain-entry-missing')).message).toContain(account);
  });

  test('asks the keychain once, however often it is read', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    const writer = await storeIn(root, { keychain });
    await writer.change('one', () => connected('one'));
    const asked: string[] = [];
    const counting: Keychain = (request) => {
      asked.push(request.account);
      return keychain(request);
    };

    const store = await storeIn(root, { keychain: counting });
    await writer.change('two', () => connected('two'));
    expect((await store.profiles()).length).toBe(2);
    await store.change('three', () => connected('three'));

    expect(asked).toEqual([...keychain.entries.keys()]);
  });

  test('shows that it is waiting for the keychain or for another process', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    const shown: string[] = [];
    const showing: WaitNotice = (what, work) => {
      shown.push(what);
      return work();
    };
    const [ofKeychain, ofLock] = ['Waiting for the system’s keychain', 'Waiting for another ottokit-tiktok to finish'];

    await (await storeIn(root, { keychain, waitNotice: showing })).change('default', () => connected('default'));
    expect(shown.splice(0)).toEqual([ofKeychain, ofKeychain, ofLock]);
    const store = await storeIn(root, { keychain, waitNotice: showing });
    expect(shown.splice(0)).toEqual([ofKeychain]);
    await store.forget('default');
    expect(shown.splice(0)).toEqual([ofLock]);
    await store.removeIfEmpty();
    expect(shown).toEqual([ofLock, ofKeychain]);
  });

  test('counts as removed if another process removes it and its key during the key lookup', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    await (await storeIn(root, { keychain })).change('default', () => connected('default'));
    const removing = keychainBut(keychain, 'getPassword', async () => {
      await rm(storePath(root));
      return { outcome: 'answered' };
    });

    expect(await (await storeIn(root, { keychain: removing })).profiles()).toEqual([]);
  });

  test('is removed even if its key can’t be, which is reported', async () => {
    const root = await temporaryDirectory();
    const keychain = memoryKeychain();
    await (await storeIn(root, { keychain })).change('default', () => connected('default'));
    const locked: KeychainProblem = { outcome: 'locked', detail: 'it is locked' };

    const store = await storeIn(root, { keychain: keychainBut(keychain, 'deletePassword', failing(locked)) });

    expect(await removeAll(store)).toEqual({ storeFile: true, key: null, keyLeft: 'it is locked' });
    expect((await filesBelow(root)).size).toBe(0);
  });
});

describe('a store whose key is in a key file', () => {
  test('is kept if its key is missing, and the error names both files', async () => {
    const root = await temporaryDirectory();
    await (await storeIn(root)).change('default', () => connected('default'));
    const key = await keyPath(root);
    await rename(key, join(root, 'backup'));

    const failure = await failureOf(storeIn(root, withPassphrase(root, 'another way')), 'key-missing');

    expect(failure.message).toContain(storePath(root));
    expect(failure.message).toContain(key);
    expect(failure.message).toContain('no such file');
    await rename(join(root, 'backup'), key);
    expect((await (await storeIn(root)).profiles()).length).toBe(1);
  });

  test('isn’t reported as damaged if the key is wrong, and both files are kept', async () => {
    const [root, other] = [await temporaryDirectory(), await temporaryDirectory()];
    for (const each of [root, other]) await (await storeIn(each)).change('default', () => connected('default'));
    const [key, before] = [await keyPath(root), await readFile(storePath(root))];
    const own = (await readFile(key, 'utf8')).trim();
    await copyFile(await keyPath(other), key);
    const failure = await failureOf(storeIn(root), 'key-wrong');
    for (const path of [storePath(root), key]) expect(failure.message).toContain(path);

    for (const content of ['', 'not a key', 'F'.repeat(64), 'a'.repeat(2_000), `${own}0`]) {
      await writeFile(key, content);
      await failureOf(storeIn(root), 'key-wrong');
      expect(await readFile(key, 'utf8')).toBe(content);
    }
    expect(await readFile(storePath(root))).toEqual(before);
  });

  test('can’t be opened through a symbolic link to the key', async ({ skip }) => {
    skip(onWindows, noLinks);
    const root = await temporaryDirectory();
    await (await storeIn(root)).change('default', () => connected('default'));
    const key = await keyPath(root);
    await rename(key, join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), key);

    expect((await failureOf(storeIn(root), 'key-missing')).message).toContain('symbolic link');
  });

  test('is removed even if its key is already gone', async () => {
    const root = await temporaryDirectory();
    const store = await storeIn(root);
    await store.change('default', () => connected('default'));
    await rm(await keyPath(root));

    expect(await removeAll(store)).toEqual({ storeFile: true, key: 'key-file' });
  });

  test('is removed even if its key can’t be, which is reported', async () => {
    const root = await temporaryDirectory();
    const store = await storeIn(root);
    await store.change('default', () => connected('default'));
    const key = await keyPath(root);
    await rm(key);
    await mkdir(key);

    const keyLeft = expect.stringContaining('EISDIR') as string;
    expect(await removeAll(store)).toEqual({ storeFile: true, key: null, keyLeft });
  });

  test('gets a private directory for its key, even if the directory was open to others before', async ({ skip }) => {
    skip(onWindows, noModes);
    const root = await temporaryDirectory();
    const store = await storeIn(root);
    await store.change('default', () => connected('default'));
    await removeAll(store);
    await chmod(join(root, 'data', 'keys'), 0o755);

    await store.change('default', () => connected('default'));

    expect((await stat(join(root, 'data', 'keys'))).mode & 0o777).toBe(0o700);
  });
});
