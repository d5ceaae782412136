import { fail } from '../../ground/errors.ts';
import type { Secret } from '../../ground/secret.ts';
import type { NewKeyPlace } from '../store.ts';
import { kdfWith, keyFromPassphrase, newDataKey, passphraseFrom, toHex, type DataKey } from './data-key.ts';
import { writeKeyFile } from './key-file.ts';
import { forgetKey, openKey, type KeyContext, type StoreKey } from './store-key.ts';

/**
 * Creates the key of a new store: from the environment's passphrase, else in the keychain, else from a passphrase that
 * it asks for, else in a key file. If there is a keychain but it fails, that is an error, because a key file would be
 * weaker.
 * @throws Failure keychain-failed; store-unwritable or directory-unknown for the key file
 */
export async function newKey(context: KeyContext): Promise<StoreKey> {
  const { path, env, keychain, askPassphrase } = context;
  const given = passphraseFrom(env);
  if (given !== null) return await ofPassphrase(given);
  const key = newDataKey();
  const answer = await keychain({ method: 'setPassword', account: key.id, secret: toHex(key) });
  // Read back, because without its key the store could never be opened.
  if (answer.outcome === 'answered')
    return await openKey(context, { source: 'keychain', id: key.id }).catch(() => {
      throw fail('keychain-failed', { path, detail: 'it accepted the key but doesn’t return it', making: true });
    });
  if (answer.outcome !== 'none') throw fail('keychain-failed', { path, detail: answer.detail, making: true });
  const chosen = await askPassphrase?.('new');
  if (chosen !== undefined && chosen.reveal() !== '') return await ofPassphrase(chosen);
  await writeKeyFile(context, key);
  return { key, header: { source: 'key-file', id: key.id } };
}

/** Creates a new key. If `place` stores it, reads it back. @throws Failure store-unwritable, and as `openKey` */
export async function newKeyIn(context: KeyContext, place: NewKeyPlace): Promise<StoreKey> {
  if (place.to === 'passphrase') return await ofPassphrase(place.passphrase);
  const key = newDataKey();
  const header = { source: place.to, id: key.id };
  try {
    if (place.to === 'key-file') await writeKeyFile(context, key);
    else await keepInKeychain(context, key);
    return await openKey(context, header);
  } catch (error) {
    await forgetKey(context, header);
    throw error;
  }
}

async function ofPassphrase(passphrase: Secret): Promise<StoreKey> {
  const kdf = kdfWith();
  const key = await keyFromPassphrase(passphrase, kdf);
  return { key, header: { source: 'passphrase', id: key.id, kdf } };
}

/** Stores a key of an existing store in the keychain. @throws Failure keychain-failed */
export async function keepInKeychain({ path, keychain }: KeyContext, key: DataKey): Promise<void> {
  const answer = await keychain({ method: 'setPassword', account: key.id, secret: toHex(key) });
  if (answer.outcome !== 'answered') throw fail('keychain-failed', { path, detail: answer.detail, moving: true });
}
