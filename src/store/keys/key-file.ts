import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail } from '../../ground/errors.ts';
import { Secret } from '../../ground/secret.ts';
import { removeFile } from '../file/busy.ts';
import { isTemporary, writeDurably } from '../file/durable-write.ts';
import { orUnwritable } from '../file/file-problem.ts';
import { ensurePrivateDirectory, readPrivateFile } from '../file/private-file.ts';
import { isKeyFile, type StorePaths } from '../file/store-paths.ts';
import type { OpenSettings } from '../store.ts';
import { fromHex, toHex, type DataKey } from './data-key.ts';

type KeyFileContext = Pick<StorePaths & OpenSettings, 'path' | 'keysDirectory' | 'warn' | 'tighten'>;

export const keyFilePath = (keysDirectory: string, id: string): string => join(keysDirectory, `${id}.key`);

/** @throws Failure key-missing, key-wrong, directory-unknown; as `readPrivateFile` */
export async function readKeyFile(context: KeyFileContext, id: string): Promise<DataKey> {
  const { path, keysDirectory, warn, tighten } = context;
  const keyPath = keyFilePath(keysDirectory(), id);
  const file = await readPrivateFile(keyPath, { limit: 1_024, tighten });
  if (file.state === 'absent') throw fail('key-missing', { path, keyPath, detail: 'no such file' });
  if (file.state === 'unreadable') throw fail('key-missing', { path, keyPath, detail: file.detail });
  const key = file.state === 'read' ? fromHex(new Secret(file.bytes.toString('latin1').trimEnd())) : null;
  if (key?.id !== id) throw fail('key-wrong', { path, keyPath });
  if (file.state === 'read' && file.tightened)
    warn(`Other users could open the key file ${keyPath}; now only you can.`);
  return key;
}

/** Writes a key file and reads it back. @throws Failure store-unwritable, and as `readKeyFile` */
export async function writeKeyFile(context: KeyFileContext, key: DataKey): Promise<void> {
  const directory = context.keysDirectory();
  const write = async (): Promise<void> => {
    await ensurePrivateDirectory(directory, isKeyFile);
    await writeDurably(keyFilePath(directory, key.id), Buffer.from(`${toHex(key).reveal()}\n`));
  };
  await orUnwritable(context.path, write, directory);
  await readKeyFile(context, key.id);
}

/** Also removes the temporary files that killed processes left behind. @throws the system's error */
export async function removeKeyFile(keysDirectory: string, id: string): Promise<undefined> {
  const path = keyFilePath(keysDirectory, id);
  const names = await readdir(keysDirectory).catch(() => []);
  const left = names.filter((name) => name.startsWith(basename(path)) && isTemporary(name));
  for (const each of [path, ...left.map((name) => join(keysDirectory, name))]) await removeFile(each);
}
