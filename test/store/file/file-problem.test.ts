import { expect, test } from 'vitest';
import { codeOf, fail, isFailure } from '../../../src/ground/errors.ts';
import {
  fileFailure,
  FileProblem,
  LostLock,
  OpenToOthers,
  orUnwritable,
  reasonOf,
} from '../../../src/store/file/file-problem.ts';

const ofSystem = (code: unknown): Error => Object.assign(new Error('open /home/ann/secret-name'), { code });

/** Returns the failure for this error in a write of the store or, with a directory, of its key file. */
const unwritable = async (error: Error, platform: NodeJS.Platform = 'linux', keysDirectory?: string) => {
  const work = (): Promise<never> => Promise.reject(error);
  const thrown: unknown = await orUnwritable('/store', work, keysDirectory, platform).catch((each: unknown) => each);
  return isFailure(thrown) ? thrown : expect.unreachable('no failure');
};

test.each([
  ['no space left on the disk, ENOSPC', ofSystem('ENOSPC')],
  ['the file system is read-only, EROFS', ofSystem('EROFS')],
  ['ENOTCONN', ofSystem('ENOTCONN')],
  ['an unexpected error', new Error('open /home/ann/secret-name')],
  ['an unexpected error', ofSystem(5)],
  ['an unexpected error', { code: 'ENOSPC' }],
  ['an unexpected error', undefined],
  ['its mode cannot be changed', new FileProblem('its mode cannot be changed')],
])('a file error is described as “%s”, without a file name: %j', (words, error) => {
  expect(reasonOf(error)).toBe(words);
});

test('only a system error has a code', () => {
  expect(codeOf(ofSystem('ENOENT'))).toBe('ENOENT');
  for (const other of [ofSystem(2), new Error('ENOENT'), { code: 'ENOENT' }, null])
    expect(codeOf(other)).toBeUndefined();
});

test('a file error becomes the failure store-unwritable, with the error as its cause', async () => {
  for (const error of [ofSystem('ENOSPC'), new FileProblem('it is odd')]) {
    const failure = await unwritable(error);
    expect(failure.code).toBe('store-unwritable');
    expect(failure.message).toContain('/store');
    expect(failure.message).toContain(reasonOf(error));
    expect(failure.cause).toBe(error);
  }
});

test('a failure stays unchanged, and our own bugs aren’t reported as file errors', () => {
  const failure = fail('store-unreadable', { path: '/store', detail: 'it is so' });
  const nobody = (): never => expect.unreachable('needs no words');
  expect(fileFailure(failure, nobody)).toBe(failure);
  for (const ours of [
    new TypeError('x is not a function'),
    ...['ERR_OUT_OF_RANGE', 'ERR_FS_EISDIR', 'NOTE'].map(ofSystem),
  ])
    expect(fileFailure(ours, nobody)).toBe(ours);
  const thrown = fileFailure('just a word', nobody);
  expect(thrown.message).toMatch(/isn’t an error was thrown/);
  expect(thrown.cause).toBe('just a word');
});

test('the advice depends on the cause: free space on a full disk, close the other program on Windows', async () => {
  const fixOf = async (code: string, platform: NodeJS.Platform) => (await unwritable(ofSystem(code), platform)).fix;
  for (const code of ['ENOSPC', 'EDQUOT']) expect(await fixOf(code, 'linux')).toMatch(/^Free some space/);
  expect(await fixOf('EFBIG', 'linux')).toMatch(/^Raise the limit.*ulimit -f/);
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    expect(await fixOf(code, 'win32')).toMatch(/^Another program has the file open/);
    expect(await fixOf(code, 'linux')).toMatch(/^Make the directory writable/);
  }
  for (const code of ['EROFS', 'EPERM', 'EACCES', 'EIO'])
    for (const platform of ['linux', 'win32'] as const)
      expect(await fixOf(code, platform), code).not.toContain('space');
});

test('the advice is to make an open directory private or use another one, and to try again after a lost lock', async () => {
  const open = new OpenToOthers('it is open');
  expect((await unwritable(open)).fix).toMatch(/^Make the directory private.*CONFIG_DIR/);
  expect((await unwritable(open, 'linux', '/home/keys')).fix).toMatch(/^Make the directory private.*XDG_DATA_HOME/);
  expect((await unwritable(new LostLock('it is lost'))).fix).toBe('Run the same command again.');
});

test('if this computer is at a limit, the advice is to raise it', async () => {
  const failure = await unwritable(Object.assign(ofSystem('EMFILE'), { syscall: 'open' }));
  expect(failure).toMatchObject({
    code: 'system-refused',
    message: expect.stringMatching(/too many open files/) as string,
  });
  expect(failure.fix).toMatch(/ulimit -n/);
});

test('the failure of writing a key file names its directory and the alternatives', async () => {
  const { message, fix } = await unwritable(ofSystem('EROFS'), 'linux', '/home/keys');
  expect(message).toContain('/home/keys (the file system is read-only, EROFS)');
  expect(fix).toMatch(/OTTOKIT_TIKTOK_PASSPHRASE.*XDG_DATA_HOME/);
  expect(fix).not.toContain('OTTOKIT_TIKTOK_CONFIG_DIR');
});
