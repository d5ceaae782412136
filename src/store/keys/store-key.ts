import type { Env } from '../../ground/env.ts';
import { fail } from '../../ground/errors.ts';
import type { Secret } from '../../ground/secret.ts';
import type { KeyHeader } from '../file/envelope.ts';
import { reasonOf } from '../file/file-problem.ts';
import type { NewKeyPlace } from '../store.ts';
import { fromHex, newDataKey, toHex, type DataKey } from './data-key.ts';
import { keyFilePath, readKeyFile, removeKeyFile, writeKeyFile } from './key-file.ts';
import type { Keychain } from './keychain.ts';
import { keyFromPassphrase, newKdf, passphraseFrom } from './passphrase.ts';

/** What opening and making keys needs. */
export interface KeyContext {
  /** The store's path, for messages. */
  readonly path: string;
  readonly keysDirectory: string;
  readonly env: Env;
  readonly keychain: Keychain;
  readonly askPassphrase?: ((purpose: 'new' | 'open') => Promise<Secret>) | undefined;
  readonly warn: (sentence: string) => void;
  readonly tighten: boolean;
}

export interface StoreKey {
  readonly key: DataKey;
  readonly header: KeyHeader;
}

/**
 * Gets the key that a store's header names, from the source it names and no other.
 * @throws Failure passphrase-missing, passphrase-wrong, key-missing, key-wrong, keychain-failed, keychain-entry-missing
 */
export async function openKey(context: KeyContext, header: KeyHeader): Promise<StoreKey> {
  switch (header.source) {
    case 'passphrase':
      return { key: await openWithPassphrase(context, header), header };
    case 'keychain':
      return { key: await openFromKeychain(context, header.id), header };
    case 'key-file':
      return { key: await openFromFile(context, header.id), header };
  }
}

async function openWithPassphrase(
  { path, env, askPassphrase }: KeyContext,
  { id, kdf }: Extract<KeyHeader, { source: 'passphrase' }>,
): Promise<DataKey> {
  const passphrase = passphraseFrom(env) ?? (await askPassphrase?.('open'));
  if (passphrase === undefined || passphrase.reveal() === '') throw fail('passphrase-missing', { path });
  const key = await keyFromPassphrase(passphrase, kdf);
  if (key.id !== id) throw fail('passphrase-wrong', { path });
  return key;
}

async function openFromKeychain({ path, keychain }: KeyContext, id: string): Promise<DataKey> {
  const answer = await keychain.read(id);
  if ('detail' in answer) throw fail('keychain-failed', { path, detail: answer.detail });
  const key = answer.outcome === 'found' ? fromHex(answer.secret) : null;
  if (key?.id !== id) throw fail('keychain-entry-missing', { path, account: id });
  return key;
}

async function openFromFile({ path, keysDirectory, warn, tighten }: KeyContext, id: string): Promise<DataKey> {
  const keyPath = keyFilePath(keysDirectory, id);
  const file = await readKeyFile(keysDirectory, id, tighten);
  if (file.state === 'unreadable') throw fail('key-missing', { path, keyPath, detail: file.detail });
  if (file.state === 'wrong') throw fail('key-wrong', { path, keyPath });
  if (file.tightened) warn(`Other users could open the key file ${keyPath}; now only you can.`);
  return file.key;
}

/**
 * The key of a new store: from the passphrase of the environment, else in the keychain, else from a passphrase that is
 * asked for, else in a key file. A keychain that is there and fails is an error: nothing weaker replaces it.
 * @throws Failure keychain-failed, or KeyFileProblem
 */
export async function makeKey(context: KeyContext): Promise<StoreKey> {
  const given = passphraseFrom(context.env);
  if (given !== null) return await fromPassphrase(given);
  const key = newDataKey();
  const answer = await context.keychain.write(key.id, toHex(key));
  if (answer.outcome === 'stored') return { key, header: { source: 'keychain', id: key.id } };
  if (answer.outcome !== 'none')
    throw fail('keychain-failed', { path: context.path, detail: answer.detail, making: true });
  const chosen = await context.askPassphrase?.('new');
  if (chosen !== undefined && chosen.reveal() !== '') return await fromPassphrase(chosen);
  await writeKeyFile(context.keysDirectory, key);
  return { key, header: { source: 'key-file', id: key.id } };
}

/**
 * Makes a new key for an existing store in exactly this place, and reads it back.
 * @throws Failure keychain-failed, or what `openKey` throws if it can't be read back; KeyFileProblem
 */
export async function makeKeyIn(context: KeyContext, place: NewKeyPlace): Promise<StoreKey> {
  if (place.to === 'passphrase') return await fromPassphrase(place.passphrase);
  const key = newDataKey();
  const header = { source: place.to, id: key.id };
  try {
    if (place.to === 'key-file') await writeKeyFile(context.keysDirectory, key);
    else await keepInKeychain(context, key);
    return await openKey(context, header);
  } catch (error) {
    await forgetKey(context, header);
    throw error;
  }
}

async function fromPassphrase(passphrase: Secret): Promise<StoreKey> {
  const kdf = newKdf();
  const key = await keyFromPassphrase(passphrase, kdf);
  return { key, header: { source: 'passphrase', id: key.id, kdf } };
}

async function keepInKeychain({ path, keychain }: KeyContext, key: DataKey): Promise<void> {
  const answer = await keychain.write(key.id, toHex(key));
  if (answer.outcome !== 'stored') throw fail('keychain-failed', { path, detail: answer.detail, moving: true });
}

/** Removes a key from where it is kept. Returns why that failed. */
export async function forgetKey(
  { keysDirectory, keychain }: KeyContext,
  { source, id }: KeyHeader,
): Promise<string | undefined> {
  switch (source) {
    case 'passphrase':
      return undefined;
    case 'keychain': {
      const answer = await keychain.remove(id);
      return 'detail' in answer ? answer.detail : undefined;
    }
    case 'key-file':
      return await removeKeyFile(keysDirectory, id).catch(reasonOf);
  }
}
