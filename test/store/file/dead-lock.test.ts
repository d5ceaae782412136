import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pid } from 'node:process';
import { expect, test } from 'vitest';
import { abandonedAfter, claimTimeout, removeDeadLock } from '../../../src/store/file/dead-lock.ts';
import { readLockFile, type LockFile } from '../../../src/store/file/lock-file.ts';
import { ownIdentity } from '../../../src/ground/process-identity.ts';
import { temporaryDirectory } from '../setting.ts';

const token = '0123456789abcdef';
const gone = 2 ** 30;
const owner = { ...ownIdentity(), started: undefined };
const claimBy = (other: object): string => JSON.stringify({ ...owner, ...other, token: 'fedcba9876543210' });

/** Creates a lock whose holder is no longer running. */
async function deadLock(): Promise<{ path: string; claim: string; dead: LockFile }> {
  const path = join(await temporaryDirectory(), 'connections.lock');
  await writeFile(path, JSON.stringify({ ...owner, pid: gone, token }));
  const dead = (await readLockFile(path)) ?? expect.unreachable();
  return { path, claim: `${path}.${token}`, dead };
}

test('a dead lock is removed at once, together with the claim to it', async () => {
  const { path, dead } = await deadLock();
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a dead holder’s socket is removed with its lock, but other files aren’t', async () => {
  const { path, dead } = await deadLock();
  for (const name of [`${token}.socket`, 'notes.socket']) await writeFile(`${path}.${name}`, '');
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual(['connections.lock.notes.socket']);
});

test('if another process removed the dead lock, the path is free', async () => {
  const { path, dead } = await deadLock();
  await rm(path);
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a killed process’s claim is removed first, and the lock on the next attempt', async () => {
  const { path, claim, dead } = await deadLock();
  await writeFile(claim, claimBy({ pid: gone }));
  expect(await removeDeadLock(path, dead, Date.now())).toBe(false);
  expect(await readdir(join(path, '..'))).toEqual(['connections.lock']);
  expect(await removeDeadLock(path, dead, Date.now())).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test.each([
  ['by another computer', { pid: 7, boot: 'another', host: 'another' }, claimTimeout],
  ['by a running process', { pid }, abandonedAfter],
] as const)(
  'a claim %s is left alone while its time is close to the current time, before or after it',
  async (_, other, age) => {
    for (const direction of [1, -1]) {
      const { path, claim, dead } = await deadLock();
      await writeFile(claim, claimBy(other));
      const made = 1_700_000_000_000;
      await utimes(claim, made / 1_000, made / 1_000);
      expect((await stat(claim)).mtimeMs).toBe(made);

      await removeDeadLock(path, dead, made + direction * age);
      expect((await readdir(join(path, '..'))).length).toBe(2);
      await removeDeadLock(path, dead, made + direction * (age + 1));
      expect(await readdir(join(path, '..'))).toEqual(['connections.lock']);
    }
  },
);
