import { once } from 'node:events';
import { mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLockFile, openLockSocket, socketPath } from '../../../src/store/file/lock-file.ts';

import { storePathsOf, type StorePaths } from '../../../src/store/file/store-paths.ts';
import { removeStoreFile, quarantine, sweep } from '../../../src/store/file/store-file.ts';
import { temporaryDirectory } from '../setting.ts';
import { noNotDirectory, noSockets, onWindows } from '../../tools/systems.ts';

const damaged = Buffer.from('damaged');
const now = Date.UTC(2025, 0, 2, 3, 4, 5);

async function emptyPlace(): Promise<StorePaths> {
  const root = await temporaryDirectory();
  const place = storePathsOf({ configDirectory: () => join(root, 'config'), dataDirectory: () => join(root, 'data') });
  await mkdir(place.directory);
  return place;
}

test('a file that has changed since it was found damaged, or is gone, isn’t quarantined', async () => {
  const place = await emptyPlace();
  expect(await quarantine(place, damaged, now)).toBeNull();
  expect(await quarantine(place, null, now)).toBeNull();

  await writeFile(place.path, 'a valid one');
  expect(await quarantine(place, damaged, now)).toBeNull();
  expect(await quarantine(place, null, now)).toBeNull();

  await truncate(place.path, 16 * 1_048_576 + 1);
  expect(await quarantine(place, damaged, now)).toBeNull();
  expect(await readdir(place.directory)).toEqual(['connections']);
  expect(await quarantine(place, null, now)).toBe(`${place.path}.damaged-20250102T030405Z`);
});

test('the cleanup removes only files that a killed process left beside the store', async () => {
  const place = await emptyPlace();
  const left = ['connections.0123456789ab.tmp', 'connections.lock.0123456789abcdef'];
  const others = [
    'connections',
    'connections.0123456789ab.tmp.txt',
    'connections.damaged-20250102T030405Z',
    'connections.lock',
    'my-connections.0123456789ab.tmp',
    'notes.0123456789ab.tmp',
    'notes.lock.0123456789abcdef',
  ];
  for (const name of [...left, ...others]) await writeFile(join(place.directory, name), '');
  // The program creates no directories there, so one must be left alone without an error.
  await mkdir(join(place.directory, 'connections.lock.of-somebody'));

  await sweep(place);

  expect((await readdir(place.directory)).sort()).toEqual([...others, 'connections.lock.of-somebody'].sort());
});

test('the sockets of deleted locks are removed', async ({ skip }) => {
  skip(onWindows, noSockets);
  const place = await emptyPlace();
  const token = (await createLockFile(place.lockPath)) ?? '';
  const close = await openLockSocket(socketPath(place.lockPath, token));
  for (const name of ['aaaaaaaaaaaaaaaa.socket', 'bbbbbbbbbbbbbbbb.socket.new'])
    await leaveSocket(`${place.lockPath}.${name}`);
  const before = ['connections.lock', `connections.lock.${token}.socket`];
  expect((await readdir(place.directory)).length).toBe(4);

  await sweep(place);

  expect((await readdir(place.directory)).sort()).toEqual(process.platform === 'linux' ? before : before.slice(0, 1));
  await close();
});

/** Leaves a socket that nobody listens on anymore. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.renamed`);
  await once(server, 'listening');
  await rename(`${path}.renamed`, path);
  server.close();
}

test('a store is removed if there is one, and removing it fails if its directory is a file', async ({ skip }) => {
  const place = await emptyPlace();
  await removeStoreFile(place);

  await writeFile(place.path, '');
  await removeStoreFile(place);
  await expect(stat(place.path)).rejects.toThrow('ENOENT');

  skip(onWindows, noNotDirectory);
  await rm(place.directory, { recursive: true });
  await writeFile(place.directory, 'a file');
  await expect(removeStoreFile(place)).rejects.toThrow('ENOTDIR');
});
