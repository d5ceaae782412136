import { isFailure, type Failure } from '../errors.ts';

/** Something on the disk that cannot be used as it is; the message is a phrase for `(…)` in a sentence. */
export class Trouble extends Error {}

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
  if (error instanceof Trouble) return error.message;
  const code = codeOf(error);
  if (code === undefined) return 'an unexpected error';
  const phrase = phrases[code];
  return phrase === undefined ? code : `${phrase}, ${code}`;
}

/** A failure stays what it is; everything else becomes one, worded by `worded` with its reason. */
export function asFailure(error: unknown, worded: (detail: string) => Failure): Failure {
  return isFailure(error) ? error : worded(reasonOf(error));
}
