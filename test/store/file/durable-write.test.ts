import { chown, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { expect, test } from 'vitest';
import {
  canFlush,
  flushDirectory,
  isTemporary,
  reserveSpace,
  writeDurably,
} from '../../../src/store/file/durable-write.ts';
import { openBelow, temporaryDirectory } from '../setting.ts';
import { modeHere, noDirectory, onWindows } from '../../tools/systems.ts';

const nobody = 65_534;
const asRootOnly = 'only root can give files to other users';

test('a new file replaces the old one, only this user can read it, and nothing is left beside it', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, 'file');
  await writeFile(path, 'the old content, which is longer', { mode: 0o644 });

  await writeDurably(path, Buffer.from('new'));

  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(modeHere(0o600));
  expect(await readdir(directory)).toEqual(['file']);
});

test('the new file is complete before it replaces the old one', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, 'file');
  await writeFile(path, 'old');

  const ready = async (): Promise<void> => {
    expect(await readFile(path, 'utf8')).toBe('old');
    const [beside = '', ...more] = (await readdir(directory)).filter((name) => name !== 'file');
    expect(more).toEqual([]);
    expect(isTemporary(beside)).toBe(true);
    expect(await readFile(join(directory, beside), 'utf8')).toBe('new');
  };
  await writeDurably(path, Buffer.from('new'), { ready });
});

test('an aborted write keeps the old file and leaves nothing beside it', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, 'file');
  await writeFile(path, 'old');
  const refused = new Error('another process is writing');

  await expect(writeDurably(path, Buffer.from('new'), { ready: () => Promise.reject(refused) })).rejects.toBe(refused);

  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(directory)).toEqual(['file']);
});

test('if a new file can’t be put in place, nothing changes and no temporary file is left', async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, 'taken'));

  await expect(writeDurably(join(directory, 'taken'), Buffer.from('new'))).rejects.toThrow(
    onWindows ? 'EPERM' : 'EISDIR',
  );
  await expect(writeDurably(join(directory, 'none', 'file'), Buffer.from('new'))).rejects.toThrow('ENOENT');

  expect(await readdir(directory, { recursive: true })).toEqual(['taken']);
});

test('reserving space for a file doesn’t change it, and fails if the file can’t be written', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'file'), 'old');

  const free = await reserveSpace(join(directory, 'file'), 65_536);
  await free();

  await expect(reserveSpace(join(directory, 'none', 'file'), 10)).rejects.toThrow('ENOENT');
  await expect(reserveSpace(join(directory, 'file', 'in-it'), 10)).rejects.toThrow(noDirectory);
  expect(await readdir(directory)).toEqual(['file']);
  expect(await readFile(join(directory, 'file'), 'utf8')).toBe('old');
});

test('space is reserved in a file without a name, so a killed process leaves nothing behind', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux shows which files a process has open');
  const directory = await temporaryDirectory();

  const free = await reserveSpace(join(directory, 'file'), 65_536);

  expect(await readdir(directory)).toEqual([]);
  expect(await openBelow(directory)).toHaveLength(1);
  await free();
  expect(await openBelow(directory)).toEqual([]);
});

test('a file in another user’s directory gets that user as its owner', async ({ skip }) => {
  skip(getuid?.() !== 0, asRootOnly);
  const directory = await temporaryDirectory();
  await chown(directory, nobody, nobody);

  await writeDurably(join(directory, 'file'), Buffer.from('new'));

  const { uid, gid } = await stat(join(directory, 'file'));
  expect([uid, gid]).toEqual([nobody, nobody]);
});

test('a file in this user’s directory gets the same group as any other new file there', async ({ skip }) => {
  skip(getuid?.() !== 0, asRootOnly);
  const directory = await temporaryDirectory();
  await chown(directory, 0, nobody);
  await writeFile(join(directory, 'other'), '');

  await writeDurably(join(directory, 'file'), Buffer.from('new'));

  expect((await stat(join(directory, 'file'))).gid).toBe((await stat(join(directory, 'other'))).gid);
});

test('a failed flush of the directory isn’t an error, because the file is already in place', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'file'), '');

  await flushDirectory(directory);
  await flushDirectory(join(directory, 'none'));
  await flushDirectory(join(directory, 'file', 'in-it'));
});

test('no file is left open', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux shows which files a process has open');
  const directory = await temporaryDirectory();
  const path = join(directory, 'file');

  await writeDurably(path, Buffer.from('new'));
  await flushDirectory(directory);

  expect(await openBelow(directory)).toEqual([]);
});

test('only the program’s own file names count as temporary files', () => {
  expect(isTemporary('connections.0123456789ab.tmp')).toBe(true);
  for (const name of [
    'connections',
    'connections.0123456789ab.tmp.txt',
    'connections.0123456789ab-tmp',
    'connections.0123456789a.tmp',
    'connections.0123456789AB.tmp',
    'connections-0123456789ab.tmp',
  ])
    expect(isTemporary(name), name).toBe(false);
});

const refusing = (code: string, times: number) => {
  let left = times;
  return async (from: string, to: string): Promise<void> => {
    left -= 1;
    if (left >= 0) throw Object.assign(new Error(code), { code });
    await rename(from, to);
  };
};

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows, a write waits up to 10 seconds for a program that is reading the file (%s)',
  async (code) => {
    const path = join(await temporaryDirectory(), 'file');
    await writeFile(path, 'old');
    let waited = 0;
    const pause = (ms: number): Promise<void> => {
      waited += ms;
      return Promise.resolve();
    };

    await writeDurably(path, Buffer.from('new'), { platform: 'win32', rename: refusing(code, 100), pause });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(waited).toBeGreaterThan(1_000);

    waited = 0;
    const never = { rename: refusing(code, Infinity), pause };
    await expect(writeDurably(path, Buffer.from('newer'), { ...never, platform: 'win32' })).rejects.toThrow(code);
    expect(waited).toBeGreaterThanOrEqual(10_000);
    expect(waited).toBeLessThan(10_100);
    expect(await readFile(path, 'utf8')).toBe('new');

    waited = 0;
    await expect(writeDurably(path, Buffer.from('newer'), { ...never, platform: 'linux' })).rejects.toThrow(code);
    expect(waited).toBe(0);
    expect(await readdir(dirname(path))).toEqual(['file']);
  },
);

test('on Windows, any other error is final', async () => {
  const path = join(await temporaryDirectory(), 'file');
  const pause = (): Promise<void> => expect.unreachable();
  const options = { platform: 'win32', rename: refusing('ENOSPC', 1), pause } as const;
  await expect(writeDurably(path, Buffer.from('new'), options)).rejects.toThrow('ENOSPC');
});

test('a drive that can flush is recognized, and one that can’t be tested counts as able to flush', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'file'), '');
  expect(await canFlush(join(directory, 'file'))).toBe(true);
  expect(await canFlush(join(directory, 'none'))).toBe(true);
});
