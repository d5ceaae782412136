import { fail } from '../../ground/errors.ts';
import type { NewKeyPlace } from '../store.ts';
import { fromHex, kdfWith, keyFromPassphrase, newDataKey, passphraseFrom, toHex, type DataKey } from './data-key.ts';
import { writeKeyFile } from './key-file.ts';
import { forgetKey, type KeyContext, type StoreKey } from './store-key.ts';

/**
 * Creates the key of a new store: from the environment's passphrase, else in the keychain, else from a passphrase that
 * it asks for, else in a key file. If there is a keychain but it fails, that is an error, because a key file would be
 * weaker.
 * @throws Failure keychain-failed; store-unwritable or directory-unknown for the key file
 */
export async function newKey(context: KeyContext): Promise<StoreKey> {
  const given = passphraseFrom(context.env);
  if (given !== null) return await newKeyIn(context, { to: 'passphrase', passphrase: given });
  const key = newDataKey();
  if (await keepInKeychain(context, key, { making: true })) return { key, header: { source: 'keychain', id: key.id } };
  const passphrase = await context.askPassphrase?.('new');
  const isChosen = passphrase !== undefined && passphrase.reveal() !== '';
  return await newKeyIn(context, isChosen ? { to: 'passphrase', passphrase } : { to: 'key-file' });
}

/** Creates a new key in this place. @throws Failure as `newKey`, with nothing stored */
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

/**
 * Stores a key in the keychain and reads it back, because without its key the store could never be opened.
 * @returns `false` if there is no keychain for the key of a new store @throws Failure keychain-failed
 */
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
