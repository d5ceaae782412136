import { fail } from '../../ground/errors.ts';
import type { Secret } from '../../ground/secret.ts';
import type { KeyHeader } from '../file/envelope.ts';
import { reasonOf } from '../file/file-problem.ts';
import type { StorePaths } from '../file/store-paths.ts';
import type { NewKeyPlace, OpenSettings } from '../store.ts';
import { fromHex, kdfWith, keyFromPassphrase, newDataKey, passphraseFrom, toHex, type DataKey } from './data-key.ts';
import { readKeyFile, removeKeyFile, writeKeyFile } from './key-file.ts';

/** `path` is the path or address of the store, for messages. */
export type KeyContext = Pick<StorePaths, 'path' | 'keysDirectory'> &
  Pick<OpenSettings, 'io' | 'keychain' | 'askPassphrase' | 'warn' | 'tighten'>;

export interface StoreKey {
  readonly key: DataKey;
  readonly header: KeyHeader;
}

/**
 * @throws Failure passphrase-missing, passphrase-wrong, key-missing, key-wrong, directory-unknown, keychain-failed,
 * keychain-entry-missing
 */
export async function openKey(context: KeyContext, header: KeyHeader): Promise<StoreKey> {
  const { path, keychain } = context;
  const { id } = header;
  if (header.source === 'key-file') return { key: await readKeyFile(context, id), header };
  if (header.source === 'passphrase') {
    const key = await keyFromPassphrase(await passphraseOf(context, 'open'), header.kdf);
    if (key.id !== id) throw fail('passphrase-wrong', { path });
    return { key, header };
  }
  const answer = await keychain({ method: 'getPassword', account: id });
  if ('detail' in answer) throw fail('keychain-failed', { path, detail: answer.detail });
  const key = 'secret' in answer ? fromHex(answer.secret) : null;
  if (key?.id !== id) throw fail('keychain-entry-missing', { path, account: id });
  return { key, header };
}

/** @throws Failure passphrase-missing */
export async function passphraseOf({ path, io, askPassphrase }: KeyContext, purpose: 'new' | 'open'): Promise<Secret> {
  const passphrase = passphraseFrom(io.env) ?? (await askPassphrase?.(purpose));
  if (passphrase === undefined || passphrase.reveal() === '') throw fail('passphrase-missing', { path });
  return passphrase;
}

/** Removes a key from the keychain or its file. If that fails, returns the reason. */
export async function forgetKey({ keysDirectory, keychain }: KeyContext, { source, id }: KeyHeader) {
  if (source === 'passphrase') return undefined;
  if (source === 'key-file') return await removeKeyFile(keysDirectory(), id).catch(reasonOf);
  const answer = await keychain({ method: 'deletePassword', account: id });
  return 'detail' in answer ? answer.detail : undefined;
}

/**
 * Uses the environment's passphrase, else the keychain, else a passphrase that it asks for, else a key file. A keychain
 * that fails is an error, because a key file would be weaker.
 * @throws Failure keychain-failed; for a key file, directory-unknown and as `writeKeyFile`
 */
export async function newKey(context: KeyContext): Promise<StoreKey> {
  const given = passphraseFrom(context.io.env);
  if (given !== null) return await newKeyIn(context, { to: 'passphrase', passphrase: given });
  const key = newDataKey();
  if (await keepInKeychain(context, key, { making: true })) return { key, header: { source: 'keychain', id: key.id } };
  const passphrase = await context.askPassphrase?.('new');
  const isChosen = passphrase !== undefined && passphrase.reveal() !== '';
  return await newKeyIn(context, isChosen ? { to: 'passphrase', passphrase } : { to: 'key-file' });
}

/** Creates a new key in `place`. @throws Failure as `newKey`, after trying to remove the key */
export async function newKeyIn(context: KeyContext, place: NewKeyPlace): Promise<StoreKey> {
  if (place.to === 'passphrase') {
    const kdf = kdfWith();
    const key = await keyFromPassphrase(place.passphrase, kdf);
    return { key, header: { source: 'passphrase', id: key.id, kdf } };
  }
  const key = newDataKey();
  const header = { source: place.to, id: key.id };
  try {
    if (place.to === 'key-file') await writeKeyFile(context, key);
    else await keepInKeychain(context, key, { moving: true });
    return { key, header };
  } catch (error) {
    await forgetKey(context, header);
    throw error;
  }
}

/** Stores a key and reads it back. `false`: no keychain for a new store's key. @throws Failure keychain-failed */
export async function keepInKeychain(
  { path, keychain }: KeyContext,
  key: DataKey,
  purpose: { readonly making: true } | { readonly moving: true },
): Promise<boolean> {
  const answer = await keychain({ method: 'setPassword', account: key.id, secret: toHex(key) });
  if (answer.outcome === 'none' && 'making' in purpose) return false;
  if ('detail' in answer) throw fail('keychain-failed', { path, detail: answer.detail, ...purpose });
  const found = await keychain({ method: 'getPassword', account: key.id });
  if ('secret' in found && fromHex(found.secret)?.id === key.id) return true;
  throw fail('keychain-failed', { path, detail: 'it accepted the key but doesn’t return it', ...purpose });
}
