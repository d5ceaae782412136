import { dirname } from 'node:path';
import { fail, isFailure, type Failure } from './errors.ts';

type SystemError = Error & { readonly code: string; readonly syscall?: string; readonly path?: string };

/** What was thrown as a failure to show: a `Failure` as it is, a refusal of the system by what is missing, else our bug. */
export function asFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return thrown;
  const problem = problemOf(thrown);
  if (problem !== undefined) return fail('system-refused', problem, { cause: thrown });
  const detail = thrown instanceof Error ? thrown.message : 'something that is not an error was thrown';
  return fail('internal', { detail }, { cause: thrown });
}

function problemOf(thrown: unknown): { what: string; fix?: string } | undefined {
  if (isOutOfMemory(thrown)) return outOfMemory;
  if (!isSystemError(thrown)) return undefined;
  const { code, syscall = '', path } = thrown;
  if (syscall === 'uv_cwd') return workingDirectoryGone;
  const known = problems[code];
  if (syscall.startsWith('spawn') && code === 'EAGAIN') return tooManyProcesses;
  if (known === undefined) return { what: `it answered ${code}${syscall === '' ? '' : ` to ${syscall}`}` };
  // The name of a temporary file is not worth showing: its directory is what is missing.
  const place = path === undefined ? '' : ` (${syscall === 'mkdtemp' ? dirname(path) : path})`;
  const fix = syscall === 'mkdtemp' ? temporaryDirectoryFix : known.fix;
  return { what: `${known.what}${place}`, ...(fix === undefined ? {} : { fix }) };
}

/** Node’s own mistakes in arguments have codes too, but no system call. */
const isSystemError = (thrown: unknown): thrown is SystemError =>
  thrown instanceof Error &&
  typeof (thrown as NodeJS.ErrnoException).code === 'string' &&
  ('syscall' in thrown || 'errno' in thrown || Object.hasOwn(problems, String((thrown as NodeJS.ErrnoException).code)));

const isOutOfMemory = (thrown: unknown): boolean =>
  (thrown instanceof RangeError && /out of memory|allocation failed/i.test(thrown.message)) ||
  (thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === 'ERR_MEMORY_ALLOCATION_FAILED');

const temporaryDirectoryFix =
  'Set TMPDIR (on Windows TEMP) to a directory that exists and that you can write, then run the same command again.';
const outOfMemory = {
  what: 'there is not enough memory',
  fix: 'Close other programs or raise the memory limit (`ulimit -v`, or the container’s), then run the same command again.',
};
const workingDirectoryGone = {
  what: 'the directory it was started in no longer exists',
  fix: 'Change to a directory that exists (`cd`), then run the same command again.',
};
const tooManyProcesses = {
  what: 'this user may start no more processes',
  fix: 'Close other programs or raise the limit (`ulimit -u`), then run the same command again.',
};
const tooManyFiles = {
  what: 'too many files are open',
  fix: 'Close other programs or raise the limit (`ulimit -n`), then run the same command again.',
};
const noSpace = { what: 'no space is left', fix: 'Free some space, then run the same command again.' };

const problems: Readonly<Record<string, { what: string; fix?: string }>> = {
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  ENOMEM: outOfMemory,
  ENOSPC: noSpace,
  EDQUOT: { ...noSpace, what: 'the disk quota is used up' },
  ENOENT: { what: 'a file or directory is missing' },
  ENOTDIR: { what: 'a path leads through something that is not a directory' },
  EACCES: { what: 'access is denied' },
  EPERM: { what: 'the operation is not permitted' },
  EROFS: { what: 'the file system is read-only' },
  EIO: { what: 'a device failed to read or write' },
  ELOOP: { what: 'a path has too many symbolic links' },
  ENAMETOOLONG: { what: 'a path is too long' },
  EISDIR: { what: 'a directory is where a file should be' },
  EBUSY: { what: 'a file is in use by another program' },
  ESTALE: { what: 'a network drive has lost a file' },
};
