import { expect, test } from 'vitest';
import { fail, isFailure } from '../../../src/ground/errors.ts';
import { codeOf } from '../../../src/ground/system-error.ts';
import {
  fileFailure,
  FileProblem,
  KeyFileProblem,
  LostLock,
  OpenToOthers,
  reasonOf,
  unwritable,
} from '../../../src/store/file/file-problem.ts';

const ofSystem = (code: unknown): Error => Object.assign(new Error('open /home/ann/secret-name'), { code });

test.each([
  ['no space left on the disk, ENOSPC', ofSystem('ENOSPC')],
  ['the file system is read-only, EROFS', ofSystem('EROFS')],
  ['ENOTCONN', ofSystem('ENOTCONN')],
  ['an unexpected error', new Error('open /home/ann/secret-name')],
  ['an unexpected error', ofSystem(5)],
  ['an unexpected error', { code: 'ENOSPC' }],
  ['an unexpected error', undefined],
  ['its mode cannot be changed', new FileProblem('its mode cannot be changed')],
])('an error on the disk is described as “%s”, without a file name', (words, error) => {
  expect(reasonOf(error)).toBe(words);
});

test('only a system error has a code', () => {
  expect(codeOf(ofSystem('ENOENT'))).toBe('ENOENT');
  for (const other of [ofSystem(2), new Error('ENOENT'), { code: 'ENOENT' }, null])
    expect(codeOf(other)).toBeUndefined();
});

test('an error on the disk becomes the failure store-unwritable with the error as its cause', () => {
  for (const error of [ofSystem('ENOSPC'), new FileProblem('it is odd')]) {
    const failure = unwritable('/store', error);
    expect(isFailure(failure) && failure.code).toBe('store-unwritable');
    expect(failure.message).toContain('/store');
    expect(failure.message).toContain(reasonOf(error));
    expect(failure.cause).toBe(error);
  }
});

test('a failure stays unchanged, and our own bugs aren’t reported as disk errors', () => {
  const failure = fail('store-unreadable', { path: '/store', detail: 'it is so' });
  const nobody = (): never => expect.unreachable('needs no words');
  expect(fileFailure(failure, nobody)).toBe(failure);
  for (const ours of [
    new TypeError('x is not a function'),
    ...['ERR_OUT_OF_RANGE', 'ERR_FS_EISDIR', 'NOTE'].map(ofSystem),
  ])
    expect(fileFailure(ours, nobody)).toBe(ours);
  const thrown = fileFailure('just a word', nobody);
  expect(thrown.message).toMatch(/not an error was thrown/);
  expect(thrown.cause).toBe('just a word');
});

test('the advice depends on the cause: free space on a full disk, close the other program on Windows', () => {
  const fixOf = (code: string, platform: NodeJS.Platform): string => {
    const failure = unwritable('/store', ofSystem(code), platform);
    return isFailure(failure) ? failure.fix : '';
  };
  for (const code of ['ENOSPC', 'EDQUOT']) expect(fixOf(code, 'linux')).toMatch(/^Free some space/);
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    expect(fixOf(code, 'win32')).toMatch(/^Another program has the file open/);
    expect(fixOf(code, 'linux')).toMatch(/^Make the directory writable/);
  }
  for (const code of ['EROFS', 'EPERM', 'EACCES', 'EIO'])
    for (const platform of ['linux', 'win32'] as const) expect(fixOf(code, platform), code).not.toContain('space');
});

test('the advice for an open directory is another one, and for a lost lock another attempt', () => {
  const fixOf = (error: Error): unknown => unwritable('/store', error, 'linux');
  expect(fixOf(new OpenToOthers('it is open'))).toMatchObject({
    fix: expect.stringMatching(/^Make the directory private.*CONFIG_DIR/) as string,
  });
  expect(fixOf(new KeyFileProblem('/home/keys', new OpenToOthers('it is open')))).toMatchObject({
    fix: expect.stringMatching(/^Make the directory private.*XDG_DATA_HOME/) as string,
  });
  expect(fixOf(new LostLock('it is lost'))).toMatchObject({ fix: 'Run the same command again.' });
});

test('the failure to write a key file names its directory and the alternatives', () => {
  const failure = unwritable('/store', new KeyFileProblem('/home/keys', ofSystem('EROFS')), 'linux');
  expect(failure.message).toContain('/home/keys (the file system is read-only, EROFS)');
  expect(isFailure(failure) && failure.fix).toMatch(/OTTOKIT_TIKTOK_PASSPHRASE.*XDG_DATA_HOME/);
  expect(isFailure(failure) && failure.fix).not.toContain('OTTOKIT_TIKTOK_CONFIG_DIR');
});
