import { platform as systemPlatform } from 'node:os';
import { defined } from '../../ground/defined.ts';
import {
  asFailure,
  codeOf,
  fail,
  isFailure,
  isSystemLimit,
  phraseOf,
  type Failure,
  type FailureDetails,
} from '../../ground/errors.ts';
import { isBusyOnWindows } from './busy.ts';

/** A problem with a file or directory. The message is a phrase to put in parentheses. */
export class FileProblem extends Error {}

export class NotALock extends FileProblem {}

/** Another process took over the lock, because this one was suspended for too long. */
export class LostLock extends FileProblem {}

export const isLostLock = (error: unknown): boolean => isFailure(error) && error.cause instanceof LostLock;

/** A file or directory is open to other users and can't be made private, such as a container's volume owned by root. */
export class OpenToOthers extends FileProblem {}

/** Describes a file error as a phrase without the path: `no space left on the disk, ENOSPC`. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  const code = codeOf(error);
  return code === undefined ? 'an unexpected error' : phraseOf(code);
}

/** Converts a file error with `toFailure`, unless this computer is at a limit. Returns failures and bugs unchanged. */
export function fileFailure(error: unknown, toFailure: (detail: string) => Failure): Error {
  if (isFailure(error)) return error;
  if (isSystemLimit(error)) return asFailure(error);
  if (error instanceof FileProblem || /^E[A-Z0-9]+$/.test(codeOf(error) ?? '')) return toFailure(reasonOf(error));
  return error instanceof Error ? error : new Error('something that isn’t an error was thrown', { cause: error });
}

function causeOf(error: unknown, platform: NodeJS.Platform): FailureDetails<'store-unwritable'>['cause'] {
  if (error instanceof NotALock) return 'not-a-lock';
  if (error instanceof LostLock) return 'lost-lock';
  if (error instanceof OpenToOthers) return 'open';
  if (isBusyOnWindows(error, platform)) return 'busy';
  if (codeOf(error) === 'EFBIG') return 'limit';
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '') ? 'full' : undefined;
}

/** Runs `work` on the store's files, or on its key file in `keysDirectory`. @throws Failure store-unwritable */
export async function orUnwritable<T>(
  path: string,
  work: () => Promise<T>,
  keysDirectory?: string,
  platform = systemPlatform(),
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error, (detail) => {
      const more = defined({ cause: causeOf(error, platform), keysDirectory });
      return fail('store-unwritable', { path, detail, ...more }, { cause: error });
    });
  }
}
