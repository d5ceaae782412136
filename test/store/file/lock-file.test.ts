import { chmod, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import {
  abandonedAfter,
  claimAge,
  createLockFile,
  holderOf,
  readLockFile,
  removeDeadLock,
  type LockFile,
} from '../../../src/store/file/lock-file.ts';
import { disksLack, mountDisk } from '../../attack/disk.ts';
import { temporaryDirectory } from '../setting.ts';

const token = '0123456789abcdef';
const claimToken = 'fedcba9876543210';
/** The number of a process that does not run: above the highest that any system gives. */
const gone = 2 ** 30;
const lockOf = (owner: { pid: number; host?: string }): LockFile => ({
  owner: { host: hostname(), ...owner },
  token,
  touchedAt: 0,
});

async function lockPath(): Promise<string> {
  return join(await temporaryDirectory(), 'connections.lock');
}

/** A lock whose holder no longer runs. */
async function deadLock(): Promise<{ path: string; claim: string; dead: LockFile }> {
  const path = await lockPath();
  await writeFile(path, JSON.stringify({ pid: gone, host: hostname(), token }));
  return { path, claim: `${path}.${token}`, dead: lockOf({ pid: gone }) };
}

test('a lock that is made where one stands is none, and the one that stands is as it was', async () => {
  const path = await lockPath();
  const first = await createLockFile(path);

  expect(await createLockFile(path)).toBeNull();

  expect(await readLockFile(path)).toMatchObject({ owner: { pid, host: hostname() }, token: first });
});

test('a lock that cannot be made ends with the error of the system', async () => {
  const path = join(await temporaryDirectory(), 'not there', 'connections.lock');
  await expect(createLockFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a lock that cannot be written is told, and does not stay behind to keep others out', async ({ skip }) => {
  skip(disksLack !== undefined, disksLack);
  const directory = join(await temporaryDirectory(), 'disk');
  const disk = mountDisk(onTestFinished, directory);
  disk.fill();

  await expect(createLockFile(join(directory, 'connections.lock'))).rejects.toMatchObject({ code: 'ENOSPC' });

  disk.empty();
  expect(await readdir(directory)).toEqual([]);
});

test('whatever else stands in place of the lock is told by its name', async () => {
  const path = await lockPath();
  await writeFile(path, 'x'.repeat(5_000));
  await expect(readLockFile(path)).rejects.toThrow(/^connections\.lock: it is not a lock of this program$/);

  await rm(path);
  await mkdir(path);
  await expect(readLockFile(path)).rejects.toThrow(/^connections\.lock: it is a directory$/);
});

test('a lock that is looked at stays as it is', async () => {
  const { path } = await deadLock();
  await chmod(path, 0o644);

  await readLockFile(path);

  expect((await stat(path)).mode & 0o777).toBe(0o644);
});

test('a lock of the first process, as a container has one, is a lock like others', async () => {
  const path = await lockPath();
  await writeFile(path, JSON.stringify({ pid: 1, host: 'a container', token }));
  expect(await readLockFile(path)).toMatchObject({ owner: { pid: 1, host: 'a container' }, token });
});

test.each([
  '',
  '{"pid":',
  'null',
  '[]',
  '7',
  '{}',
  ...['7', 1.5, 0, -1, 2 ** 53, null, [7]].map((number) => JSON.stringify({ pid: number, host: 'h', token })),
  ...[7, null, ['h']].map((host) => JSON.stringify({ pid: 7, host, token })),
  ...[7, null, [token], '', token.slice(1), `${token}0`, token.toUpperCase(), `../${token}`, `${token}/..`].map(
    (other) => JSON.stringify({ pid: 7, host: 'h', token: other }),
  ),
])('%j in a lock is taken for one that was cut off: only signs of life tell about its holder', async (content) => {
  const path = await lockPath();
  await writeFile(path, content);

  const lock = await readLockFile(path);

  expect(lock).not.toHaveProperty('owner');
  expect(lock?.token).toMatch(/^[0-9]+-[0-9]+$/);
  expect(lock && holderOf(lock)).toBe('elsewhere');
});

test('two locks that were cut off are told apart, and so is one that was touched again', async () => {
  const paths = [await lockPath(), await lockPath()];
  const tokens = new Set<string | undefined>();
  for (const seconds of [1_700_000_000, 1_700_000_001]) {
    for (const path of paths) {
      await writeFile(path, '');
      await utimes(path, seconds, seconds);
      tokens.add((await readLockFile(path))?.token);
    }
  }
  expect(tokens.size).toBe(4);
});

test.each([
  ['this process', { pid }, 'running'],
  // Where the tests run as root it is one more of the same user.
  ['a process of another user', { pid: 1 }, 'running'],
  ['a process that ended', { pid: gone }, 'gone'],
  ['a number that the system cannot be asked about', { pid: 2 ** 40 }, 'running'],
  ['a process of another computer', { pid, host: 'another' }, 'elsewhere'],
] as const)('of a lock of %s the holder is seen as it is', (_, owner, seen) => {
  expect(holderOf(lockOf(owner))).toBe(seen);
});

test('a dead lock is removed at once, and nothing is left of the claim to it', async () => {
  const { path, dead } = await deadLock();
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a dead lock that somebody removed before leaves the path free', async () => {
  const { path, dead } = await deadLock();
  await rm(path);
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a claim of a killed process is removed at once, and the lock with it', async () => {
  const { path, claim, dead } = await deadLock();
  await writeFile(claim, JSON.stringify({ pid: gone, host: hostname(), token: claimToken }));
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a claim of another computer is left behind only when it is older than 15 seconds', async () => {
  const { path, claim, dead } = await deadLock();
  const made = 1_700_000_000_000;
  await writeFile(claim, JSON.stringify({ pid: gone, host: 'another', token: claimToken }));
  await utimes(claim, made / 1_000, made / 1_000);

  expect(await removeDeadLock(path, dead, made + claimAge)).toBe(false);
  expect(await readLockFile(path)).not.toBeNull();
  expect(await removeDeadLock(path, dead, made + claimAge + 1)).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a claim of a process that runs is left alone for five minutes; then its number is another process’s', async () => {
  const { path, claim, dead } = await deadLock();
  await writeFile(claim, JSON.stringify({ pid, host: hostname(), token: claimToken }));
  const { mtimeMs } = await stat(claim);

  expect(await removeDeadLock(path, dead, mtimeMs + abandonedAfter)).toBe(false);
  expect(await readdir(join(path, '..'))).toEqual(['connections.lock', `connections.lock.${token}`]);

  expect(await removeDeadLock(path, dead, mtimeMs + abandonedAfter + 1)).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});
