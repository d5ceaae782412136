import { platform as systemPlatform } from 'node:os';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';

/** Something on the disk that cannot be used as it is; the message is a phrase for `(…)` in a sentence. */
export class FileProblem extends Error {}

const phrases: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'disk quota reached',
  EFBIG: 'file size limit reached',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file stands where a directory should be',
  EEXIST: 'something else stands in its place',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link',
  ENXIO: 'it is not a regular file',
  EIO: 'the disk failed',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EXDEV: 'it is on another file system',
  EBUSY: 'it is in use',
  ENAMETOOLONG: 'the name is too long',
};

/** The system's code of an error (`ENOSPC`), when it has one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why something on the disk failed, as a phrase: `no space left on the disk, ENOSPC`. Never quotes a file. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  const code = codeOf(error);
  if (code === undefined) return 'an unexpected error';
  const phrase = phrases[code];
  return phrase === undefined ? code : `${phrase}, ${code}`;
}

/**
 * What to throw for something that failed on the disk: a failure stays what it is, a mistake of our own too, and the
 * rest becomes the failure that `worded` makes of its reason.
 */
export function asFailure(error: unknown, worded: (detail: string) => Failure): Error {
  if (isFailure(error)) return error;
  if (error instanceof FileProblem || isFromSystem(error)) return worded(reasonOf(error));
  return error instanceof Error ? error : new Error('something that is not an error was thrown', { cause: error });
}

export function unwritable(path: string, error: unknown): Error {
  return asFailure(error, (detail) => fail('store-unwritable', { path, detail }, { cause: error }));
}

const isFromSystem = (error: unknown): boolean => /^E[A-Z0-9]+$/.test(codeOf(error) ?? '');

/**
 * On Windows a file that another program has open, even to read, can't be replaced or removed; virus scanners and
 * indexers open every new file for a moment. Elsewhere the same codes are final.
 */
export const isBusyOnWindows = (error: unknown, platform: NodeJS.Platform = systemPlatform()): boolean =>
  platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '');
