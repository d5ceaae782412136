import { platform as systemPlatform } from 'node:os';
import { defined } from '../../ground/defined.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { codeOf, phraseOf } from '../../ground/system-error.ts';
import { isBusyOnWindows } from './busy.ts';

/** A problem with something on the disk; the message is a phrase for `(…)` in a sentence. */
export class FileProblem extends Error {}

/** Another process took over the lock, because this one was suspended for so long that it seemed dead. */
export class LostLock extends FileProblem {}

/** Something that other users can open and that can't be made private, such as a container's volume that is root's. */
export class OpenToOthers extends FileProblem {}

/** A key file that could not be written; `cause` is the system's error. */
export class KeyFileProblem extends FileProblem {
  readonly keysDirectory: string;

  constructor(keysDirectory: string, cause: unknown) {
    super(reasonOf(cause), { cause });
    this.keysDirectory = keysDirectory;
  }
}

/** The reason for an error on the disk, as a phrase: `no space left on the disk, ENOSPC`. Never contains a path. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  const code = codeOf(error);
  return code === undefined ? 'an unexpected error' : phraseOf(code);
}

/** The error to throw for an error on the disk: failures and bugs unchanged, anything else as `worded` describes it. */
export function fileFailure(error: unknown, worded: (detail: string) => Failure): Error {
  if (isFailure(error)) return error;
  if (error instanceof FileProblem || /^E[A-Z0-9]+$/.test(codeOf(error) ?? '')) return worded(reasonOf(error));
  return error instanceof Error ? error : new Error('something that is not an error was thrown', { cause: error });
}

/** The failure `store-unwritable`, or what `fileFailure` doesn't change. */
export function unwritable(path: string, error: unknown, platform = systemPlatform()): Error {
  return fileFailure(error, (detail) => {
    const ofKey = error instanceof KeyFileProblem ? error : undefined;
    const source = ofKey?.cause ?? error;
    const more = defined({ cause: causeOf(source, platform), keysDirectory: ofKey?.keysDirectory });
    return fail('store-unwritable', { path, detail, ...more }, { cause: error });
  });
}

/** What the advice depends on. */
function causeOf(error: unknown, platform: NodeJS.Platform): 'lost-lock' | 'open' | 'busy' | 'full' | undefined {
  if (error instanceof LostLock) return 'lost-lock';
  if (error instanceof OpenToOthers) return 'open';
  if (isBusyOnWindows(error, platform)) return 'busy';
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '') ? 'full' : undefined;
}

/** Does `work` on the disk. @throws the error that `unwritable` makes */
export async function orUnwritable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unwritable(path, error);
  }
}
