import { chmod, mkdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, test } from 'vitest';
import { fixFiles } from '../../../src/store/file/fix-store.ts';
import { inspectFileStore } from '../../../src/store/file/inspect.ts';
import { ownIdentity } from '../../../src/ground/process-identity.ts';
import type { StoreSettings } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { fakeClock, filesBelow, keyPath, memoryKeychain, storeIn, storePath, temporaryDirectory } from '../setting.ts';
import { modeHere, noLinks, noModes, onWindows } from '../../tools/systems.ts';

const gone = 2 ** 30;
const lockBy = (owner: object): string =>
  JSON.stringify({ ...ownIdentity(), started: undefined, token: '0123456789abcdef', ...owner });

/** A whole second, which every file system stores exactly. */
const now = new Date(Math.trunc(Date.now() / 1_000) * 1_000);
const ioAt = (root: string, time: Date): StoreSettings['io'] => ({ ...ioIn(root), clock: fakeClock(time.getTime()) });

const lockRemoved = 'The lock left by a process that has exited was removed.';

/** Fixes the store, and returns what the user sees. */
async function fixIn(root: string, io: Partial<StoreSettings['io']> = {}) {
  const done: string[] = [];
  const warnings: string[] = [];
  const report = { done: (text: string) => void done.push(text), warn: (text: string) => void warnings.push(text) };
  await fixFiles({ ...ioIn(root), ...io }, report);
  return { done, warnings };
}

async function storeWith(): Promise<{ root: string; path: string }> {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default'));
  return { root, path: storePath(root) };
}

test('before anything is set up, nothing is reported and nothing is created', async () => {
  const root = await temporaryDirectory();

  expect(await inspectFileStore(ioIn(root))).toStrictEqual({
    directory: join(root, 'config'),
    path: storePath(root),
    exists: false,
  });
  expect(await fixIn(root)).toEqual({ done: [], warnings: [] });
  await expect(stat(join(root, 'config'))).rejects.toThrow('ENOENT');
});

test('a healthy store is reported with its modes and its key file', async () => {
  const { root, path } = await storeWith();
  const key = await keyPath(root);

  expect(await inspectFileStore(ioIn(root))).toEqual({
    directory: join(root, 'config'),
    path,
    directoryMode: modeHere(0o700),
    fileMode: modeHere(0o600),
    exists: true,
    keyFile: { path: key, mode: modeHere(0o600), directoryMode: modeHere(0o700) },
  });
});

test('a missing key file is detected without opening the store', async () => {
  const { root } = await storeWith();
  const key = await keyPath(root);
  await rm(key);

  expect((await inspectFileStore(ioIn(root))).keyFile).toStrictEqual({ path: key, directoryMode: modeHere(0o700) });
  await rm(join(root, 'data'), { recursive: true });
  expect((await inspectFileStore(ioIn(root))).keyFile).toStrictEqual({ path: key });
});

test('a store with its key in the keychain has no key file to check', async () => {
  const root = await temporaryDirectory();
  const keychain = memoryKeychain();
  await (await storeIn(root, { keychain })).change('default', () => connected('default'));

  expect(await inspectFileStore(ioIn(root))).toStrictEqual({
    directory: join(root, 'config'),
    path: storePath(root),
    directoryMode: modeHere(0o700),
    fileMode: modeHere(0o600),
    exists: true,
  });
});

test.for<[string, (path: string) => Promise<unknown>, string?]>([
  ['a directory', (path) => mkdir(path), 'it is a directory'],
  ['a symbolic link', (path) => symlink('/dev/zero', path), 'it is a symbolic link'],
  ['a damaged file', (path) => writeFile(path, 'x')],
  ['a huge file', (path) => writeFile(path, Buffer.alloc(17 * 1_048_576))],
  ['a newer store', (path) => writeFile(path, '{"app":"ottokit-tiktok","format":3}\n')],
])('%s in place of the store is reported and left alone', async ([what, put, unreadable], { skip }) => {
  skip(onWindows && what === 'a symbolic link', noLinks);
  const root = await temporaryDirectory();
  await mkdir(join(root, 'config'), { mode: 0o700 });
  await put(storePath(root));

  const report = await inspectFileStore(ioIn(root));

  expect(report.exists).toBe(true);
  expect(report.unreadable).toBe(unreadable);
  expect(report.keyFile).toBeUndefined();
  expect(await inspectFileStore(ioIn(root))).toEqual(report);
});

test('loose modes are reported without changing them, and tightened on request', async ({ skip }) => {
  skip(onWindows, noModes);
  const { root, path } = await storeWith();
  const key = await keyPath(root);
  const loose = [join(root, 'config'), path, join(root, 'data', 'keys'), key];
  for (const each of loose) await chmod(each, 0o777);

  const { directoryMode, fileMode, keyFile } = await inspectFileStore(ioIn(root));
  expect([directoryMode, fileMode, keyFile?.directoryMode, keyFile?.mode]).toEqual([0o777, 0o777, 0o777, 0o777]);

  const done = loose.map((each) => `Only you can open ${each} now.`);
  expect(await fixIn(root)).toEqual({ done, warnings: [] });
  for (const each of loose) expect((await stat(each)).mode & 0o077).toBe(0);
  expect(await fixIn(root)).toEqual({ done: [], warnings: [] });
});

test('a directory that holds someone else’s file isn’t made private', async ({ skip }) => {
  skip(onWindows, noModes);
  const { root } = await storeWith();
  await writeFile(join(root, 'config', 'notes'), 'of somebody');
  await chmod(join(root, 'config'), 0o777);

  const { done, warnings } = await fixIn(root);

  expect(done).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining(`${join(root, 'config')} couldn’t be made private`)]);
  expect((await stat(join(root, 'config'))).mode & 0o777).toBe(0o777);
});

test('each path that can’t be examined is reported', async () => {
  const root = await temporaryDirectory();
  await writeFile(join(root, 'config'), 'a file');

  const { done, warnings } = await fixIn(root);

  expect(done).toEqual([]);
  expect(warnings).toEqual([
    `${join(root, 'config')} couldn’t be made private (something else is already there, EEXIST).`,
    ...(onWindows
      ? []
      : [`${storePath(root)} couldn’t be made private (there is a file where a directory should be, ENOTDIR).`]),
  ]);
});

test('a directory in place of the lock is reported and not removed', async () => {
  const { root, path } = await storeWith();
  await mkdir(`${path}.lock`);

  expect((await inspectFileStore(ioIn(root))).lock).toEqual({ problem: 'connections.lock: it is a directory' });
  expect((await fixIn(root)).warnings).toEqual([
    'The store’s lock couldn’t be removed (connections.lock: it is a directory).',
  ]);
  expect((await stat(`${path}.lock`)).isDirectory()).toBe(true);
});

test('a lock that another process is about to remove is left alone', async () => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, lockBy({ pid: gone }));
  await writeFile(`${path}.lock.0123456789abcdef`, lockBy({ pid, token: 'fedcba9876543210' }));

  expect(await fixIn(root)).toEqual({ done: [], warnings: [] });
  expect((await stat(`${path}.lock`)).isFile()).toBe(true);
});

test('another computer’s lock is left alone if it is renewed, even if that computer’s clock is ten minutes behind', async () => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, lockBy({ host: 'another', boot: 'another' }));
  const renew = (seconds: number) => utimes(`${path}.lock`, now, new Date(now.getTime() - 600_000 + seconds * 1_000));
  await renew(0);
  let renewals = 0;
  const io = ioAt(root, now);
  const clock = { ...io.clock, sleep: () => renew((renewals += 2)) };

  expect((await inspectFileStore({ ...io, clock })).lock).toMatchObject({ alive: true });
  expect(await fixIn(root, { clock })).toEqual({ done: [], warnings: [] });
  expect(renewals).toBe(4);
});

test('a lock renewed slightly in the future counts as held', async () => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, lockBy({ pid }));
  await utimes(`${path}.lock`, now, new Date(now.getTime() + 5_000));

  expect((await inspectFileStore(ioAt(root, now))).lock).toEqual({ pid, alive: true });
});

test('a dead process’s lock is reported and removed', async () => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, lockBy({ pid: gone }));
  await utimes(`${path}.lock`, now, new Date(now.getTime() - 5_000));

  const { lock } = await inspectFileStore(ioAt(root, now));
  expect(lock).toEqual({ pid: gone, alive: false });
  expect(await fixIn(root)).toEqual({ done: [lockRemoved], warnings: [] });
  expect([...(await filesBelow(join(root, 'config'))).keys()]).toEqual(['connections']);
});

test.each<[string, 'held' | 'removed', string, number]>([
  ['a running process', 'held', lockBy({ pid }), 300_000],
  ['a process id that now belongs to another process', 'removed', lockBy({ pid }), 301_000],
  ['another computer', 'held', lockBy({ pid: gone, host: 'another', boot: 'another' }), 60_000],
  [
    'another computer that doesn’t renew it',
    'removed',
    lockBy({ pid: gone, host: 'another', boot: 'another' }),
    61_000,
  ],
  ['an unknown holder', 'held', '', 5_000],
])('the lock of %s is %s', async (_, outcome, content, age) => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, content);
  await utimes(`${path}.lock`, now, new Date(now.getTime() - age));

  expect((await inspectFileStore(ioAt(root, now))).lock).toMatchObject({ alive: outcome === 'held' });
  expect((await fixIn(root, ioAt(root, now))).done).toEqual(outcome === 'removed' ? [lockRemoved] : []);
});
