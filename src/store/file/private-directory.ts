import { readdir, stat } from 'node:fs/promises';
import { OpenToOthers } from './file-problem.ts';
import { makeDirectory } from './owner.ts';
import { isExposed, makePrivate, type Privacy } from './private-file.ts';

/**
 * Creates the directory with mode 0700, or makes an existing one private. A directory that also contains other things
 * is unchanged, because others may need it (`shared`), but it is refused if other users can write there.
 * @throws FileProblem, or the system's error
 */
export async function ensurePrivateDirectory(
  path: string,
  isOurs: (name: string) => boolean,
): Promise<Privacy | 'shared'> {
  await makeDirectory(path);
  const { mode } = await stat(path);
  if (!isExposed(mode) || (await readdir(path)).every(isOurs)) return await makePrivate(path, 'the directory');
  if ((mode & 0o022) !== 0)
    throw new OpenToOthers('other users can write to the directory, which holds other things too');
  return 'shared';
}

/** Whether the store, or the settings beside it, use files with this name in the configuration directory. */
export const isStoreFile = (name: string): boolean => /^(connections|settings\.json)(\.|$)/.test(name);

/** Whether a file with this name belongs in the directory of key files. */
export const isKeyFile = (name: string): boolean => /^[0-9a-f]{32}\.key(\.|$)/.test(name);
