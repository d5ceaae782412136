import { fail } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { Secret } from '../../ground/secret.ts';
import { fromHex, newDataKey, passphraseFrom, type DataKey } from '../keys/data-key.ts';
import { readKeyFile } from '../keys/key-file.ts';
import type { Keychain } from '../keys/keychain.ts';
import type { KeySource, StoreSettings } from '../store.ts';
import type { Database } from './database.ts';
import { readStoreRow, replaceWrappedKey, type StoreRow } from './profile-rows.ts';
import { unwrapKey, wrapKey } from './team-key.ts';

export interface KeySearch {
  readonly database: Database;
  readonly keysDirectory: string;
  readonly env: Io['env'];
  readonly keychain: Keychain;
  readonly askPassphrase: StoreSettings['askPassphrase'];
  /** Whether to make a key file private that other users can open. */
  readonly tighten: boolean;
}

export interface FoundKey {
  readonly key: DataKey;
  readonly source: KeySource;
}

/**
 * Finds the data key: in a key file on this computer, else with the passphrase in the environment, else in the
 * keychain, else by asking for the team's passphrase.
 * @throws Failure passphrase-missing, passphrase-wrong, keychain-failed
 */
export async function findKey(search: KeySearch, row: StoreRow | null): Promise<FoundKey> {
  const { key_id: id = null, wrapped_key: wrapped = null } = row ?? {};
  const { database, keysDirectory, env, keychain } = search;
  const { location } = database;
  if (id === null || wrapped === null) throw fail('store-absent', { path: location });
  const file = await readKeyFile(keysDirectory, id, search.tighten);
  if (file.state === 'found') return { key: file.key, source: 'key-file' };
  if (passphraseFrom(env) === null) {
    const kept = await keychain.read(id);
    const key = kept.outcome === 'found' ? fromHex(kept.secret) : null;
    if (key?.id === id) return { key, source: 'keychain' };
  }
  const passphrase = await passphraseOf(search, 'open');
  return { key: await unwrapKey(wrapped, id, passphrase, location), source: 'passphrase' };
}

async function passphraseOf({ database, env, askPassphrase }: KeySearch, purpose: 'new' | 'open'): Promise<Secret> {
  const passphrase = passphraseFrom(env) ?? (await askPassphrase?.(purpose));
  if (passphrase === undefined || passphrase.reveal() === '') {
    throw fail('passphrase-missing', { path: database.location });
  }
  return passphrase;
}

/** Creates the key of a new store, or finds it if another process was faster. @throws Failure passphrase-missing */
export async function makeKey(search: KeySearch): Promise<FoundKey> {
  const passphrase = await passphraseOf(search, 'new');
  const key = newDataKey();
  const isStored = await replaceWrappedKey(search.database, null, key.id, await wrapKey(key, passphrase));
  return isStored ? { key, source: 'passphrase' } : await findKey(search, await readStoreRow(search.database));
}
