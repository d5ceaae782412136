import type { Env } from '../../ground/env.ts';
import { fail } from '../../ground/errors.ts';
import type { Secret } from '../../ground/secret.ts';
import type { KdfHeader, KeyHeader } from '../file/envelope.ts';
import { KeyFileProblem, reasonOf } from '../file/file-problem.ts';
import { fromHex, newDataKey, toHex, type DataKey } from './data-key.ts';
import type { NewKeyPlace } from '../store.ts';
import type { Keychain } from './keychain.ts';
import { keyFilePath, readKeyFile, removeKeyFile, writeKeyFile } from './key-file.ts';
import { keyFromPassphrase, newKdf, passphraseFrom } from './passphrase.ts';

/** What the key of a store is opened with. */
export interface KeyGround {
  /** The store's path, for messages. */
  readonly path: string;
  readonly keysDirectory: string;
  readonly env: Env;
  readonly keychain: Keychain | null;
  readonly askPassphrase?: ((purpose: 'new' | 'open') => Promise<Secret>) | undefined;
  readonly warn: (sentence: string) => void;
  readonly tighten: boolean;
}

export interface StoreKey {
  readonly key: DataKey;
  readonly header: KeyHeader;
}

/**
 * The key that the header of a store names, from the source it names and no other.
 * @throws Failure passphrase-missing, passphrase-wrong, key-missing, key-wrong, keychain-failed, keychain-entry-missing
 */
export async function openKey(ground: KeyGround, header: KeyHeader): Promise<StoreKey> {
  switch (header.source) {
    case 'passphrase':
      return { key: await openWithPassphrase(ground, header), header };
    case 'keychain':
      return { key: await openFromKeychain(ground, header.id), header };
    case 'key-file':
      return { key: await openFromFile(ground, header.id), header };
  }
}

async function openWithPassphrase(ground: KeyGround, { id, kdf }: { id: string; kdf: KdfHeader }): Promise<DataKey> {
  const { path, env, askPassphrase } = ground;
  const passphrase = passphraseFrom(env) ?? (await askPassphrase?.('open'));
  if (passphrase === undefined || passphrase.reveal() === '') throw fail('passphrase-missing', { path });
  const key = await keyFromPassphrase(passphrase, kdf);
  if (key.id !== id) throw fail('passphrase-wrong', { path });
  return key;
}

const notUsed = { outcome: 'none', detail: 'it is not used here' } as const;

async function openFromKeychain({ path, keychain }: KeyGround, id: string): Promise<DataKey> {
  const answer = await (keychain?.read(id) ?? notUsed);
  if (answer.outcome === 'missing') throw fail('keychain-entry-missing', { path, account: id });
  if (answer.outcome !== 'found') throw fail('keychain-failed', { path, detail: answer.detail });
  const key = fromHex(answer.secret);
  if (key?.id !== id) throw fail('keychain-entry-missing', { path, account: id });
  return key;
}

async function openFromFile({ path, keysDirectory, warn, tighten }: KeyGround, id: string): Promise<DataKey> {
  const keyPath = keyFilePath(keysDirectory, id);
  const file = await readKeyFile(keysDirectory, id, tighten);
  if (file.state === 'unreadable') throw fail('key-missing', { path, keyPath, detail: file.detail });
  if (file.state === 'wrong') throw fail('key-wrong', { path, keyPath });
  if (file.tightened) warn(`Other users could open the key file ${keyPath}; now only you can.`);
  return file.key;
}

/**
 * The key of a new store, kept where it will be looked for: the passphrase of the environment, else the keychain, else
 * a passphrase that is asked for, else a key file. A keychain that is there and fails ends this: nothing weaker is taken
 * in its place.
 * @throws Failure keychain-failed, or Trouble when the key file cannot be written
 */
export async function makeKey(ground: KeyGround): Promise<StoreKey> {
  const given = passphraseFrom(ground.env);
  if (given !== null) return await fromPassphrase(given);
  const key = newDataKey();
  if (await keptInKeychain(ground, key)) return { key, header: { source: 'keychain', id: key.id } };
  const chosen = await ground.askPassphrase?.('new');
  if (chosen !== undefined && chosen.reveal() !== '') return await fromPassphrase(chosen);
  await keepInFile(ground, key);
  return { key, header: { source: 'key-file', id: key.id } };
}

/**
 * A new key for a store that has one already, in the one place that is asked for, and found there again.
 * @throws Failure keychain-failed, or what `openKey` throws when it is not found; Trouble when the key file cannot be
 *   written
 */
export async function makeKeyIn(ground: KeyGround, place: NewKeyPlace): Promise<StoreKey> {
  if (place.to === 'passphrase') return await fromPassphrase(place.passphrase);
  const key = newDataKey();
  const header = { source: place.to, id: key.id };
  try {
    if (place.to === 'key-file') await keepInFile(ground, key);
    else await mustBeKeptInKeychain(ground, key);
    return await openKey(ground, header);
  } catch (error) {
    await forgetKey(ground, header);
    throw error;
  }
}

async function mustBeKeptInKeychain({ path, keychain }: KeyGround, key: DataKey): Promise<void> {
  const answer = await (keychain?.write(key.id, toHex(key)) ?? notUsed);
  if (answer.outcome !== 'stored') throw fail('keychain-failed', { path, detail: answer.detail, moving: true });
}

async function fromPassphrase(passphrase: Secret): Promise<StoreKey> {
  const kdf = newKdf();
  const key = await keyFromPassphrase(passphrase, kdf);
  return { key, header: { source: 'passphrase', id: key.id, kdf } };
}

async function keptInKeychain({ path, keychain }: KeyGround, key: DataKey): Promise<boolean> {
  if (keychain === null) return false;
  const answer = await keychain.write(key.id, toHex(key));
  if (answer.outcome === 'stored') return true;
  if (answer.outcome === 'none') return false;
  throw fail('keychain-failed', { path, detail: answer.detail, making: true });
}

async function keepInFile({ keysDirectory }: KeyGround, key: DataKey): Promise<void> {
  try {
    await writeKeyFile(keysDirectory, key);
  } catch (error) {
    throw new KeyFileProblem(keysDirectory, error);
  }
}

/** Removes a key from where it is kept; why that failed, or `null`. A passphrase is kept nowhere. */
export async function forgetKey({ keysDirectory, keychain }: KeyGround, header: KeyHeader): Promise<string | null> {
  switch (header.source) {
    case 'passphrase':
      return null;
    case 'keychain': {
      const answer = await (keychain?.remove(header.id) ?? notUsed);
      return 'detail' in answer ? answer.detail : null;
    }
    case 'key-file':
      return await removeKeyFile(keysDirectory, header.id).then(
        () => null,
        (error: unknown) => reasonOf(error),
      );
  }
}
