import { access } from 'node:fs/promises';
import { codeOf } from '../ground/system-error.ts';

/** The system's code for why this user can't open a path in a mode (`constants.R_OK`); `undefined` if they can. */
export const accessProblem = async (path: string, mode: number): Promise<string | undefined> =>
  await access(path, mode).then(
    () => undefined,
    (thrown: unknown) => codeOf(thrown) ?? 'unknown',
  );
