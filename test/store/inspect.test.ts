import { chmod, mkdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, test } from 'vitest';
import { inspectStore, removeStaleLock, tightenPermissions } from '../../src/store/inspect.ts';
import { connected, ioIn } from './child-setting.ts';
import { filesBelow, keyPath, storeIn, storePath, temporaryDirectory } from './setting.ts';

const gone = 2 ** 30;
const lockBy = (owner: object): string => JSON.stringify({ host: hostname(), token: '0123456789abcdef', ...owner });

async function storeWith(): Promise<{ root: string; path: string }> {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('default', () => connected('default'));
  return { root, path: storePath(root) };
}

test('before anything is set up there is nothing to report, and nothing is made', async () => {
  const root = await temporaryDirectory();

  expect(await inspectStore(ioIn(root))).toEqual({
    directory: join(root, 'config'),
    path: storePath(root),
    exists: false,
  });
  expect(await tightenPermissions(ioIn(root))).toEqual({ tightened: [], failed: [] });
  expect(await removeStaleLock(ioIn(root))).toBe('none');
  await expect(stat(join(root, 'config'))).rejects.toThrow('ENOENT');
});

test('a healthy store is reported with its modes and the source of its key', async () => {
  const { root, path } = await storeWith();
  const key = await keyPath(root);

  expect(await inspectStore(ioIn(root))).toEqual({
    directory: join(root, 'config'),
    path,
    directoryMode: 0o700,
    fileMode: 0o600,
    exists: true,
    header: { format: 1, keySource: 'key-file', keyId: /(\w+)\.key$/.exec(key)?.[1] },
    keyFile: { path: key, mode: 0o600, directoryMode: 0o700 },
  });
});

test('a missing key file is seen without opening the store', async () => {
  const { root } = await storeWith();
  const key = await keyPath(root);
  await rm(key);

  expect((await inspectStore(ioIn(root))).keyFile).toEqual({ path: key, directoryMode: 0o700 });
});

test.each<[string, (path: string) => Promise<unknown>, string, RegExp]>([
  ['a directory', (path) => mkdir(path), 'unreadable', /directory/],
  ['a symbolic link', (path) => symlink('/dev/zero', path), 'unreadable', /symbolic link/],
  ['a damaged file', (path) => writeFile(path, 'x'), 'damaged', /not written by this program/],
  ['a huge file', (path) => writeFile(path, Buffer.alloc(17 * 1_048_576)), 'damaged', /not written by this program/],
  ['a newer store', (path) => writeFile(path, '{"app":"ottokit-tiktok","format":3}\n'), 'newer', /format 3/],
])('%s in place of the store is a problem, and is left where it is', async (_, put, kind, detail) => {
  const root = await temporaryDirectory();
  await mkdir(join(root, 'config'), { mode: 0o700 });
  await put(storePath(root));

  const report = await inspectStore(ioIn(root));

  expect(report.exists).toBe(true);
  expect(report.problem?.kind).toBe(kind);
  expect(report.problem?.detail).toMatch(detail);
  expect(report.header).toBeUndefined();
  expect((await inspectStore(ioIn(root))).problem).toEqual(report.problem);
});

test('loose modes are reported as they are, and then made private', async () => {
  const { root, path } = await storeWith();
  const key = await keyPath(root);
  const loose = [join(root, 'config'), path, join(root, 'data', 'keys'), key];
  for (const each of loose) await chmod(each, 0o777);

  const { directoryMode, fileMode, keyFile } = await inspectStore(ioIn(root));
  expect([directoryMode, fileMode, keyFile?.directoryMode, keyFile?.mode]).toEqual([0o777, 0o777, 0o777, 0o777]);

  expect(await tightenPermissions(ioIn(root))).toEqual({ tightened: loose, failed: [] });
  for (const each of loose) expect((await stat(each)).mode & 0o077).toBe(0);
  expect(await tightenPermissions(ioIn(root))).toEqual({ tightened: [], failed: [] });
});

test('a directory that others need is not made private behind their back', async () => {
  const { root } = await storeWith();
  await writeFile(join(root, 'config', 'notes'), 'of somebody');
  await chmod(join(root, 'config'), 0o777);

  const { tightened, failed } = await tightenPermissions(ioIn(root));

  expect(tightened).toEqual([]);
  expect(failed.map(({ path }) => path)).toEqual([join(root, 'config')]);
  expect((await stat(join(root, 'config'))).mode & 0o777).toBe(0o777);
});

test('the lock of a process that is gone is reported and removed', async () => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, lockBy({ pid: gone }));
  await utimes(`${path}.lock`, new Date(), new Date(Date.now() - 5_000));

  const { lock } = await inspectStore(ioIn(root));
  expect(lock).toMatchObject({ pid: gone, host: hostname(), alive: false });
  expect(lock?.age).toBeGreaterThanOrEqual(5_000);
  expect(await removeStaleLock(ioIn(root))).toBe('removed');
  expect([...(await filesBelow(join(root, 'config'))).keys()]).toEqual(['connections']);
});

test.each<[string, string, number, 'held' | 'removed']>([
  ['a process that runs', lockBy({ pid }), 100_000, 'held'],
  ['a process number that was given to another one', lockBy({ pid }), 400_000, 'removed'],
  ['another computer', lockBy({ pid: gone, host: 'another' }), 5_000, 'held'],
  ['another computer that is silent', lockBy({ pid: gone, host: 'another' }), 70_000, 'removed'],
  ['nobody who could be named', '', 5_000, 'held'],
])('the lock of %s: %#', async (_, content, age, outcome) => {
  const { root, path } = await storeWith();
  await writeFile(`${path}.lock`, content);
  await utimes(`${path}.lock`, new Date(), new Date(Date.now() - age));

  expect((await inspectStore(ioIn(root))).lock?.alive).toBe(outcome === 'held');
  expect(await removeStaleLock(ioIn(root))).toBe(outcome);
});
