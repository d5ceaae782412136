import { access } from 'node:fs/promises';
import { codeOf } from '../ground/system-error.ts';

/** Why this user can't open a path in this mode (`constants.R_OK`), as the system's code; `undefined` when they can. */
export const accessProblem = async (path: string, mode: number): Promise<string | undefined> =>
  await access(path, mode).then(
    () => undefined,
    (thrown: unknown) => codeOf(thrown) ?? 'unknown',
  );
