import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Secret } from '../../ground/secret.ts';
import { removeFile } from '../file/busy.ts';
import { isTemporary, writeDurably } from '../file/durable-write.ts';
import { orUnwritable } from '../file/file-problem.ts';
import { ensurePrivateDirectory, readPrivateFile } from '../file/private-file.ts';
import { isKeyFile, type StorePaths } from '../file/store-paths.ts';
import { fromHex, toHex, type DataKey } from './data-key.ts';

/** `wrong`: the file doesn't contain the key with this id. */
type KeyFileRead =
  | { readonly state: 'found'; readonly key: DataKey; readonly tightened: boolean }
  | { readonly state: 'unreadable'; readonly detail: string }
  | { readonly state: 'wrong' };

export const keyFilePath = (keysDirectory: string, id: string): string => join(keysDirectory, `${id}.key`);

/**
 * Reads a key file. It is in a different directory than the store, so that a copy of the store alone can't be opened.
 * It doesn't protect against programs that run as this user.
 */
export async function readKeyFile(keysDirectory: string, id: string, tighten: boolean): Promise<KeyFileRead> {
  const file = await readPrivateFile(keyFilePath(keysDirectory, id), { limit: 1_024, tighten });
  if (file.state === 'absent') return { state: 'unreadable', detail: 'no such file' };
  if (file.state === 'unusable') return { state: 'unreadable', detail: file.detail };
  if (file.state === 'too-large') return { state: 'wrong' };
  const key = fromHex(new Secret(file.bytes.toString('latin1').trimEnd()));
  return key?.id === id ? { state: 'found', key, tightened: file.tightened } : { state: 'wrong' };
}

/** @param path the store's, for messages @throws Failure store-unwritable */
export async function writeKeyFile(
  { path, keysDirectory }: Pick<StorePaths, 'path' | 'keysDirectory'>,
  key: DataKey,
): Promise<void> {
  const write = async (): Promise<void> => {
    await ensurePrivateDirectory(keysDirectory, isKeyFile);
    await writeDurably(keyFilePath(keysDirectory, key.id), Buffer.from(`${toHex(key).reveal()}\n`));
  };
  await orUnwritable(path, write, keysDirectory);
}

/** Removes the key file and its temporary files, left by processes that were killed. @throws the system's error */
export async function removeKeyFile(keysDirectory: string, id: string): Promise<undefined> {
  const path = keyFilePath(keysDirectory, id);
  const names = await readdir(keysDirectory).catch(() => []);
  const left = names.filter((name) => name.startsWith(basename(path)) && isTemporary(name));
  for (const each of [path, ...left.map((name) => join(keysDirectory, name))]) await removeFile(each);
}
