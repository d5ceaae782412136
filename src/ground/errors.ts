import { constants } from 'node:os';
import { dirname } from 'node:path';
import { catalogue } from './catalogue.ts';

export type ErrorCode = keyof typeof catalogue;

export type FailureDetails<C extends ErrorCode> = Parameters<(typeof catalogue)[C]>[0];

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: ErrorCode;
  readonly fix: string;
  /** TikTok Shop's request id, for its support team. */
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, fix: string, requestId?: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.fix = fix;
    this.requestId = requestId;
  }
}

export const isFailure = (thrown: unknown): thrown is Failure => thrown instanceof Failure;

export function fail<C extends ErrorCode>(
  code: C,
  details: FailureDetails<C>,
  { requestId, cause }: { requestId?: string | undefined; cause?: unknown } = {},
): Failure {
  const explain = catalogue[code] as (p: FailureDetails<C>) => { message: string; fix: string };
  const { message, fix } = explain(details);
  return new Failure(code, message, fix, requestId, cause);
}

export function exitCodeOf({ code }: Failure): 1 | 2 | 130 {
  switch (code) {
    case 'usage':
    case 'missing-answers':
    case 'capture-impossible':
    case 'credential-refused':
    case 'redirect-url-refused':
    case 'origin-not-loopback':
    case 'profile-name-refused':
      return 2;
    case 'interrupted':
    case 'interrupted-unanswered':
      return 130;
    default:
      return 1;
  }
}

type Meaning = readonly [phrase: string, advice?: string | undefined];

const meanings: Readonly<Record<string, Meaning>> = {
  EACCES: ['permission denied'],
  EBUSY: ['it is in use'],
  EDQUOT: ['disk quota reached', 'Free some space'],
  EEXIST: ['something else is already there'],
  EFBIG: ['file size limit reached'],
  EIO: ['disk error'],
  EISDIR: ['it is a directory'],
  ELOOP: ['it is a symbolic link'],
  EMFILE: ['too many open files', 'Raise the limit (`ulimit -n`)'],
  ENAMETOOLONG: ['the name is too long'],
  ENFILE: ['too many open files on this computer', 'Close other programs'],
  ENOENT: ['no such file'],
  ENOMEM: [
    'there isn’t enough memory',
    'Close other programs or raise the memory limit (`ulimit -v`, or the container’s)',
  ],
  ENOSPC: ['no space left on the disk', 'Free some space'],
  ENOTDIR: ['there is a file where a directory should be'],
  ENXIO: ['it isn’t a regular file'],
  EPERM: ['not permitted'],
  EROFS: ['the file system is read-only'],
  ESTALE: ['it no longer exists on the network drive'],
  EXDEV: ['it is on another file system'],
};

/** Returns an error's code, such as `ENOSPC`. Node reports some system errors, such as EDQUOT, only by number. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  const number = /^Unknown system error -(\d+)$/.exec(code)?.[1];
  if (number === undefined) return code;
  return Object.entries(constants.errno).find(([, value]) => value === Number(number))?.[0] ?? `E${number}`;
}

/** Whether there is too little memory or too many files are open. Then only the advice in `meanings` helps. */
export const isSystemLimit = (error: unknown): boolean => ['EMFILE', 'ENFILE', 'ENOMEM'].includes(codeOf(error) ?? '');

/** Returns what the code means, if we know it, and the code itself: `no space left on the disk, ENOSPC`. */
export const phraseOf = (code: string): string => (meanings[code] ? `${meanings[code][0]}, ${code}` : code);

/** Turns any thrown value into a failure: keeps a `Failure`, explains a system error, and calls the rest bugs. */
export function asFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return thrown;
  const [what, fix] = refusalOf(thrown) ?? [];
  if (what !== undefined) return fail('system-refused', { what, fix }, { cause: thrown });
  const detail = thrown instanceof Error ? thrown.message : 'something that isn’t an error was thrown';
  return fail('internal', { detail }, { cause: thrown });
}

function refusalOf(thrown: unknown): Meaning | undefined {
  const code = isOutOfMemory(thrown) ? 'ENOMEM' : codeOf(thrown);
  if (code === undefined) return undefined;
  const { syscall, path } = thrown as NodeJS.ErrnoException;
  const [phrase, advice] = meanings[code] ?? [];
  // Node's own argument errors have codes too, but no system call.
  if (syscall === undefined && phrase === undefined) return undefined;
  if (syscall === 'uv_cwd')
    return ['the directory it was started in no longer exists', 'Change to a directory that exists (`cd`)'];
  if (syscall === 'mkdtemp')
    return [
      `${phraseOf(code)} (${dirname(path ?? '')})`,
      'Set TMPDIR (on Windows, TEMP) to a directory that exists and that you can write to',
    ];
  if (syscall?.startsWith('spawn') === true && code === 'EAGAIN')
    return ['this user can’t start any more processes', 'Close other programs or raise the limit (`ulimit -u`)'];
  const where = path ?? (phrase === undefined ? syscall : undefined);
  return [`${phraseOf(code)}${where === undefined ? '' : ` (${where})`}`, advice];
}

/** V8, and OpenSSL when it derives a key, may report this without a code, so we check the message. */
const isOutOfMemory = (thrown: unknown): boolean =>
  (thrown instanceof RangeError && /out of memory|allocation failed/i.test(thrown.message)) ||
  (thrown instanceof Error && /^error:.*:malloc failure$/.test(thrown.message)) ||
  codeOf(thrown) === 'ERR_MEMORY_ALLOCATION_FAILED';
