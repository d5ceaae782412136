import { fail } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { Secret } from '../../ground/secret.ts';
import { partsOf, seal, unseal } from '../cipher.ts';
import {
  fromHex,
  kdfWith,
  keyFromPassphrase,
  newDataKey,
  passphraseFrom,
  toHex,
  type DataKey,
  type KdfHeader,
} from '../keys/data-key.ts';
import { readKeyFile, removeKeyFile, writeKeyFile } from '../keys/key-file.ts';
import { keepInKeychain, passphraseOf, type KeyContext } from '../keys/store-key.ts';
import type { KeyMoved, NewKeyPlace } from '../store.ts';
import { readStoreRow, schemaSql, type StoreRow } from './schema.ts';
import type { Session } from './session.ts';

/**
 * Finds the data key: in a key file if `store move key-file` created one, else with the environment's passphrase, else
 * in the keychain, else with a passphrase that it asks for.
 * @throws Failure store-absent, store-unreadable, passphrase-missing, passphrase-wrong
 */
export async function findKey(context: KeyContext, row: StoreRow | null): Promise<NonNullable<Session['found']>> {
  const { path, io, keychain, warn } = context;
  const { key_id: id = null, wrapped_key: wrapped = null } = row ?? {};
  if (id === null || wrapped === null) throw fail('store-absent', { path });
  const ofFile = await readKeyFile(context, id).catch(() => null);
  if (ofFile !== null) return { key: ofFile, source: 'key-file' };
  if (passphraseFrom(io.env) === null) {
    const kept = await keychain({ method: 'getPassword', account: id });
    const key = 'secret' in kept ? fromHex(kept.secret) : null;
    if (key?.id === id) return { key, source: 'keychain' };
    if ('detail' in kept && kept.outcome !== 'none')
      warn(
        `The system’s keychain couldn’t be asked for the key of ${path} (${kept.detail}), so its passphrase is needed.`,
      );
  }
  const passphrase = await passphraseOf(context, 'open');
  return { key: await unwrapKey(wrapped, id, passphrase, path), source: 'passphrase' };
}

/** Creates the tables and the key before the first write. @throws Failure as `findKey` and `Database.query` */
export async function prepareToWrite(session: Session): Promise<void> {
  if (session.found !== null) return;
  const { database } = session;
  // If someone else created the tables, this role may not be allowed to run even CREATE TABLE IF NOT EXISTS.
  if ((await readStoreRow(database)) === null) await database.query(schemaSql);
  const passphrase = await passphraseOf(session, 'new');
  const key = newDataKey();
  const isStored = await storeKey(session, null, key, passphrase);
  // If the key isn't stored, another process has just created the store.
  session.found = isStored ? { key, source: 'passphrase' } : await findKey(session, await readStoreRow(database));
}

/** Stores the data key on this computer too, or wraps it with a new passphrase. The key and the rows don't change. */
export async function moveTeamKey(session: Session, place: NewKeyPlace): Promise<KeyMoved> {
  const { database, path, keysDirectory, found } = session;
  const row = await readStoreRow(database);
  if (found === null || row === null) throw fail('store-absent', { path });
  const { key, source: from } = found;
  if (place.to === 'passphrase') {
    // If this fails, someone else has just changed the passphrase.
    if (!(await storeKey(session, row.wrapped_key, key, place.passphrase))) throw fail('passphrase-wrong', { path });
    return { from: 'passphrase', moved: true, isShared: true };
  }
  if (from === place.to) return { from, moved: false, isShared: true };
  if (place.to === 'keychain') {
    await keepInKeychain(session, key, { moving: true });
    await removeKeyFile(keysDirectory(), key.id);
  } else await writeKeyFile(session, key);
  session.found = { key, source: place.to };
  return { from, moved: true, isShared: true };
}

const context = (id: string, kdf: KdfHeader): object => ({ app: 'ottokit-tiktok', purpose: 'data key', id, kdf });

/** Wraps the data key and stores it, unless another command has replaced `before` (`null` in a new store) already. */
async function storeKey(
  { database }: Session,
  before: string | null,
  key: DataKey,
  passphrase: Secret,
): Promise<boolean> {
  const kdf = kdfWith();
  const wrappingKey = await keyFromPassphrase(passphrase, kdf);
  const { iv, tag, data } = seal(toHex(key).reveal(), context(key.id, kdf), wrappingKey);
  const base64 = (bytes: Buffer): string => bytes.toString('base64');
  const wrapped = JSON.stringify({ kdf, iv: base64(iv), tag: base64(tag), data: base64(data) });
  // This also matches the new key, because the statement is sent again if the response was lost.
  const text = `UPDATE ottokit_tiktok.store SET key_id = $2, wrapped_key = $3
    WHERE wrapped_key IS NOT DISTINCT FROM $1 OR wrapped_key = $3 RETURNING 1`;
  return (await database.query(text, [before, key.id, wrapped])).length > 0;
}

/** @throws Failure passphrase-wrong, store-unreadable if this isn't a wrapped key */
async function unwrapKey(text: string, id: string, passphrase: Secret, location: string): Promise<DataKey> {
  const { kdf: written, iv, tag, data } = Object(parseJson(text)) as Record<'kdf' | 'iv' | 'tag' | 'data', unknown>;
  // We accept only this cost, so that a manipulated row can't make us derive a key that is easy to guess.
  const kdf = kdfWith(String((Object(written) as Partial<KdfHeader>).salt));
  const sealed = Buffer.concat([iv, tag, data].map((part) => Buffer.from(String(part), 'base64')));
  // The IV has 12 bytes, the tag 16, and the key 64 hex digits.
  if (JSON.stringify(written) !== JSON.stringify(kdf) || sealed.length !== 92)
    throw fail('store-unreadable', { path: location, detail: 'its key wasn’t written by this program' });
  const hex = unseal(partsOf(sealed), context(id, kdf), await keyFromPassphrase(passphrase, kdf));
  const key = hex === null ? null : fromHex(new Secret(hex));
  if (key?.id !== id) throw fail('passphrase-wrong', { path: location });
  return key;
}
