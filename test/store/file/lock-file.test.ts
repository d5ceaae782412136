import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { pid } from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { createLockFile, readLockFile, stateOfHolder, stateOfListener } from '../../../src/store/file/lock-file.ts';
import { takeLock } from '../../../src/store/file/lock.ts';
import { ownIdentity } from '../../../src/ground/process-identity.ts';
import { diskObstacle, mountDisk } from '../../attack/disk.ts';
import { fakeClock, temporaryDirectory } from '../setting.ts';
import { noModes, onWindows } from '../../tools/systems.ts';

const token = '0123456789abcdef';
const isLinux = process.platform === 'linux';

async function lockPath(): Promise<string> {
  return join(await temporaryDirectory(), 'connections.lock');
}

test('the second lock at the same path is refused, and the first is unchanged', async () => {
  const path = await lockPath();
  const first = await createLockFile(path);

  expect(await createLockFile(path)).toBeNull();

  expect(await readLockFile(path)).toMatchObject({ owner: { pid, host: hostname() }, token: first });
});

test('a lock that can’t be created fails with the system’s error', async () => {
  const path = join(await temporaryDirectory(), 'not there', 'connections.lock');
  await expect(createLockFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a lock that can’t be written leaves nothing behind that would block other processes', async ({ skip }) => {
  skip(diskObstacle !== undefined, diskObstacle);
  const directory = join(await temporaryDirectory(), 'disk');
  const disk = mountDisk(onTestFinished, directory);
  disk.fill();

  await expect(createLockFile(join(directory, 'connections.lock'))).rejects.toMatchObject({ code: 'ENOSPC' });

  disk.removeBallast();
  expect(await readdir(directory)).toEqual([]);
});

test('anything else in place of the lock is reported with the lock’s name', async () => {
  const path = await lockPath();
  await writeFile(path, 'x'.repeat(5_000));
  await expect(readLockFile(path)).rejects.toThrow(/^connections\.lock: it isn’t a lock of this program$/);

  await rm(path);
  await mkdir(path);
  await expect(readLockFile(path)).rejects.toThrow(/^connections\.lock: it is a directory$/);
});

test('reading a lock doesn’t change its mode', async ({ skip }) => {
  skip(onWindows, noModes);
  const path = await lockPath();
  await writeFile(path, '');
  await chmod(path, 0o644);

  await readLockFile(path);

  expect((await stat(path)).mode & 0o777).toBe(0o644);
});

test('a lock held by process 1, as in a container, is read like any other', async () => {
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
])('a lock that contains %j counts as cut off: its holder is unknown', async (content) => {
  const path = await lockPath();
  await writeFile(path, content);

  const lock = await readLockFile(path);

  expect(lock).not.toHaveProperty('owner');
  expect(lock?.token).toMatch(/^[0-9]+-[0-9]+$/);
  expect(lock && (await stateOfHolder(path, lock))).toBe('unknown');
});

test('two cut-off locks have different tokens, and renewing one changes its token', async () => {
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

/** This process, as if it ran in another container on this computer. */
const inContainer = { ...ownIdentity(), namespace: 'pid:[1]', pid: 1 };

test('a holder in another container counts as running while its socket is open', async ({ skip }) => {
  skip(!isLinux, 'only Linux has PID namespaces');
  const path = await lockPath();
  const held = await takeLock(path, '/the/store', { clock: fakeClock(), signal: new AbortController().signal });
  const { token: ours = '' } = (await readLockFile(path)) ?? {};
  const lock = { owner: inContainer, token: ours, touchedAt: 0 };

  expect(await stateOfHolder(path, lock)).toBe('running');
  await held.release();
  expect(await stateOfHolder(path, lock)).toBe('unknown');
  expect(await readdir(dirname(path))).toEqual([]);
});

test('if the path is too long for a socket, the lock works without one', async () => {
  const path = join(await temporaryDirectory(), 'x'.repeat(80), 'connections.lock');
  await mkdir(dirname(path));
  const held = await takeLock(path, '/the/store', { clock: fakeClock(), signal: new AbortController().signal });

  expect(await readdir(dirname(path))).toEqual(['connections.lock']);
  expect(await stateOfHolder(path, { owner: inContainer, token, touchedAt: 0 })).toBe('unknown');
  await held.release();
});

/** Listens with a backlog of one connection, then suspends itself. */
const suspending = `
  require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
    process.stdout.write('listening');
    process.kill(process.pid, 'SIGSTOP');
  });
`;

test('a suspended holder counts as running, however often it is checked', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux answers EAGAIN when the queue of connections is full');
  const path = join(await temporaryDirectory(), 'socket');
  const child = spawn(process.execPath, ['--eval', suspending, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');

  const states = [];
  for (let asked = 0; asked < 5; asked += 1) states.push(await stateOfListener(path));

  expect(states).toEqual(['running', 'running', 'running', 'running', 'running']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await stateOfListener(path)).toBe('gone');
});
