import { randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensurePrivateDirectory, readPrivateFile } from '../../../src/store/file/private-file.ts';
import { isKeyFile, isStoreFile } from '../../../src/store/file/store-paths.ts';
import { openBelow, temporaryDirectory } from '../setting.ts';
import { noModes, noNotDirectory, onWindows } from '../../tools/systems.ts';

const limit = 1_048_576;
/** Has content although its size is 0, like a file that grows after `stat`. Its mode can't be changed. */
const grown = '/proc/self/limits';
const onLinuxOnly = 'only Linux has such a file';

test.each([0, 1, 65_535, 65_536, 65_537, 200_000])(
  'a file is read completely, whatever its size in bytes: %i',
  async (size) => {
    const path = join(await temporaryDirectory(), 'file');
    const bytes = randomBytes(size);
    await writeFile(path, bytes, { mode: 0o600 });
    const { ino, mtimeMs } = await stat(path);

    const read = await readPrivateFile(path, { limit, tighten: true });

    expect(read).toMatchObject({
      state: 'read',
      tightened: false,
      stats: { ino, mtimeMs },
    });
    // Vitest takes a second to compare that many bytes.
    expect(read.state === 'read' && read.bytes.equals(bytes)).toBe(true);
  },
);

test('a file that has grown since its size was read is read completely, up to the limit', async ({ skip }) => {
  skip(process.platform !== 'linux', onLinuxOnly);
  const bytes = await readFile(grown);
  expect((await stat(grown)).size).toBe(0);

  expect(await readPrivateFile(grown, { limit, tighten: false })).toMatchObject({ state: 'read', bytes });
  expect(await readPrivateFile(grown, { limit: bytes.length, tighten: false })).toMatchObject({ state: 'read', bytes });
  expect(await readPrivateFile(grown, { limit: bytes.length - 1, tighten: false })).toEqual({ state: 'too-large' });
});

test('a file that other users can open isn’t read if its mode can’t be changed', async ({ skip }) => {
  skip(process.platform !== 'linux', onLinuxOnly);
  expect(await readPrivateFile(grown, { limit, tighten: true })).toEqual({
    state: 'unreadable',
    detail: 'other users can open it and its mode can’t be changed: not permitted, EPERM',
  });
});

test('a file that other users can open is made private only on request', async ({ skip }) => {
  skip(onWindows, noModes);
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, '');
  await chmod(path, 0o644);

  expect(await readPrivateFile(path, { limit, tighten: false })).toMatchObject({ state: 'read', tightened: false });
  expect((await stat(path)).mode & 0o777).toBe(0o644);
  expect(await readPrivateFile(path, { limit, tighten: true })).toMatchObject({ state: 'read', tightened: true });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a missing file is reported as absent, and a path through a file as unreadable', async ({ skip }) => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'file'), '');

  expect(await readPrivateFile(join(directory, 'none'), { limit, tighten: true })).toEqual({ state: 'absent' });
  skip(onWindows, noNotDirectory);
  expect(await readPrivateFile(join(directory, 'file', 'in-it'), { limit, tighten: true })).toEqual({
    state: 'unreadable',
    detail: 'there is a file where a directory should be, ENOTDIR',
  });
});

test('no file is left open, whether it is read or too large', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux shows which files a process has open');
  const directory = await temporaryDirectory();
  const path = join(directory, 'file');
  await writeFile(path, 'four');

  for (const most of [3, 4]) await readPrivateFile(path, { limit: most, tighten: false });

  expect(await openBelow(directory)).toEqual([]);
});

test('only the program’s own file names count as store files or key files', () => {
  const id = '0123456789abcdef'.repeat(2);
  for (const name of ['settings.json', 'settings.json.tmp-1700000000abcdef']) expect(isStoreFile(name)).toBe(true);
  for (const name of ['my-settings.json', 'settings.json5']) expect(isStoreFile(name)).toBe(false);
  for (const name of ['connections', 'connections.lock', 'connections.damaged-x']) expect(isStoreFile(name)).toBe(true);
  for (const name of ['connections2', 'my-connections', 'my.connections.lock']) expect(isStoreFile(name)).toBe(false);
  for (const name of [`${id}.key`, `${id}.key.0123456789ab.tmp`]) expect(isKeyFile(name)).toBe(true);
  for (const name of [`${id}.keys`, `a${id}.key`, `my-${id}.key`, 'a.key']) expect(isKeyFile(name)).toBe(false);
});

test('a directory that other users can open is made private, and a private one is left alone', async ({ skip }) => {
  skip(onWindows, noModes);
  const directory = join(await temporaryDirectory(), 'a', 'b');

  expect(await ensurePrivateDirectory(directory, isStoreFile)).toBe('private');
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  await chmod(directory, 0o750);
  expect(await ensurePrivateDirectory(directory, isStoreFile)).toBe('tightened');
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  await chmod(directory, 0o500);
  expect(await ensurePrivateDirectory(directory, isStoreFile)).toBe('private');
  expect((await stat(directory)).mode & 0o777).toBe(0o500);
});

test('a directory shared with others keeps its mode, and is refused if they can write to it', async ({ skip }) => {
  skip(onWindows, noModes);
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'my-connections'), '');

  await chmod(directory, 0o755);
  expect(await ensurePrivateDirectory(directory, isStoreFile)).toBe('shared');
  for (const mode of [0o775, 0o757]) {
    await chmod(directory, mode);
    await expect(ensurePrivateDirectory(directory, isStoreFile)).rejects.toThrow('other users can write');
    expect((await stat(directory)).mode & 0o777).toBe(mode);
  }
});
