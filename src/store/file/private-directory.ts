import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { isLoose } from './private-file.ts';
import { FileProblem } from './file-problem.ts';

/**
 * Makes the directory, 0700, or makes one that is there private. A directory that also holds what is not ours is left
 * as it is, since others may need it; when other users can write there, nothing is kept in it.
 * @returns whether a loose mode was tightened
 * @throws Trouble, or the system's error
 */
export async function ensurePrivateDirectory(path: string, isOurs: (name: string) => boolean): Promise<boolean> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode } = await stat(path);
  if (!isLoose(mode)) return false;
  if (await holdsOnly(path, isOurs)) {
    await chmod(path, mode & 0o700);
    return true;
  }
  if ((mode & 0o022) !== 0)
    throw new FileProblem('other users can write to its directory, which holds other things too');
  return false;
}

async function holdsOnly(path: string, isOurs: (name: string) => boolean): Promise<boolean> {
  return (await readdir(path)).every(isOurs);
}

/** What the store puts into the configuration directory. */
export const isStoreFile = (name: string): boolean => /^connections(\.|$)/.test(name);

export const isKeyFile = (name: string): boolean => /^[0-9a-f]{32}\.key(\.|$)/.test(name);
