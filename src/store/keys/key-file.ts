import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../../ground/secret.ts';
import { writeDurably } from '../file/durable-write.ts';
import { ensurePrivateDirectory, isKeyFile } from '../file/private-directory.ts';
import { readPrivateFile } from '../file/private-file.ts';
import { fromHex, toHex, type DataKey } from './data-key.ts';

/** What a key file gives. `wrong`: there is one, and it holds something else than the key asked for. */
export type KeyFileRead =
  | { readonly state: 'found'; readonly key: DataKey; readonly tightened: boolean }
  | { readonly state: 'unreadable'; readonly detail: string }
  | { readonly state: 'wrong' };

export const keyFilePath = (keysDirectory: string, id: string): string => join(keysDirectory, `${id}.key`);

/**
 * The key file lies apart from the store, so that a copy of the store alone opens nothing. It does not protect against
 * whoever runs programs as this user.
 */
export async function readKeyFile(keysDirectory: string, id: string, tighten: boolean): Promise<KeyFileRead> {
  const file = await readPrivateFile(keyFilePath(keysDirectory, id), { limit: 1_024, tighten });
  switch (file.state) {
    case 'absent':
      return { state: 'unreadable', detail: 'no such file' };
    case 'unusable':
      return { state: 'unreadable', detail: file.detail };
    case 'too-large':
      return { state: 'wrong' };
    case 'read': {
      const key = fromHex(new Secret(file.bytes.toString('latin1').trimEnd()));
      return key?.id === id ? { state: 'found', key, tightened: file.tightened } : { state: 'wrong' };
    }
  }
}

/** @throws Trouble, or the system's error */
export async function writeKeyFile(keysDirectory: string, key: DataKey): Promise<void> {
  await ensurePrivateDirectory(keysDirectory, isKeyFile);
  await writeDurably(keyFilePath(keysDirectory, key.id), Buffer.from(`${toHex(key).reveal()}\n`));
}

/** @throws the system's error; a file that is not there is none */
export async function removeKeyFile(keysDirectory: string, id: string): Promise<void> {
  await rm(keyFilePath(keysDirectory, id), { force: true });
}
