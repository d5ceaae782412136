import { platform as systemPlatform } from 'node:os';
import { defined } from '../../ground/defined.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';

/** Something on the disk that can't be used as it is; the message is a phrase for `(…)` in a sentence. */
export class FileProblem extends Error {}

/** A key file that could not be written; `cause` is the system's error. */
export class KeyFileProblem extends FileProblem {
  readonly keysDirectory: string;

  constructor(keysDirectory: string, cause: unknown) {
    super(reasonOf(cause), { cause });
    this.keysDirectory = keysDirectory;
  }
}

const phrases: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'disk quota reached',
  EFBIG: 'file size limit reached',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file is in place of a directory',
  EEXIST: 'something else is in its place',
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

/** The system's code of an error (`ENOSPC`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why something on the disk failed, as a phrase: `no space left on the disk, ENOSPC`. Never contains a path. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  const code = codeOf(error);
  if (code === undefined) return 'an unexpected error';
  const phrase = phrases[code];
  return phrase === undefined ? code : `${phrase}, ${code}`;
}

/** What to throw for an error on the disk: failures and our own mistakes unchanged, the rest as `worded` puts it. */
export function asFailure(error: unknown, worded: (detail: string) => Failure): Error {
  if (isFailure(error)) return error;
  if (error instanceof FileProblem || isFromSystem(error)) return worded(reasonOf(error));
  return error instanceof Error ? error : new Error('something that is not an error was thrown', { cause: error });
}

/** The failure `store-unwritable`, or what `asFailure` keeps. */
export function unwritable(path: string, error: unknown, platform = systemPlatform()): Error {
  return asFailure(error, (detail) => {
    const ofKey = error instanceof KeyFileProblem ? error : undefined;
    const source = ofKey?.cause ?? error;
    const cause = isBusyOnWindows(source, platform)
      ? ('busy' as const)
      : isFull(source)
        ? ('full' as const)
        : undefined;
    const more = defined({ cause, keysDirectory: ofKey?.keysDirectory });
    return fail('store-unwritable', { path, detail, ...more }, { cause: error });
  });
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');

const isFromSystem = (error: unknown): boolean => /^E[A-Z0-9]+$/.test(codeOf(error) ?? '');

/**
 * On Windows a file that another program has open, even to read, can't be replaced or removed; virus scanners and
 * indexers open every new file for a moment. Elsewhere the same codes are final.
 */
export const isBusyOnWindows = (error: unknown, platform: NodeJS.Platform = systemPlatform()): boolean =>
  platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '');
