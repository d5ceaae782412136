import { fail } from '../../ground/errors.ts';
import { orUnwritable } from '../file/file-problem.ts';
import { toHex, type DataKey } from '../keys/data-key.ts';
import { removeKeyFile, writeKeyFile } from '../keys/key-file.ts';
import type { KeyMoved, NewKeyPlace } from '../store.ts';
import { readStoreRow, replaceWrappedKey } from './profile-rows.ts';
import type { Session } from './session.ts';
import { wrapKey } from './team-key.ts';

/**
 * `Store.moveKey`. Keeps the data key, so rows aren't encrypted again. Stores it on this computer too, or encrypts it
 * with a new passphrase for the whole team.
 */
export async function moveTeamKey(session: Session, place: NewKeyPlace): Promise<KeyMoved> {
  const { database, found } = session;
  const { location: path } = database;
  const row = await readStoreRow(database);
  if (found === null || row === null) throw fail('store-absent', { path });
  const { key, source: from } = found;
  if (place.to === 'passphrase') {
    const wrapped = await wrapKey(key, place.passphrase);
    const isReplaced = await replaceWrappedKey(database, row.wrapped_key, key.id, wrapped);
    // Someone else has just changed the passphrase.
    if (!isReplaced) throw fail('passphrase-wrong', { path });
    return { from: 'passphrase', moved: true, isShared: true };
  }
  if (from === place.to) return { from, moved: false, isShared: true };
  await keepKeyHere(session, key, place.to);
  session.found = { key, source: place.to };
  return { from, moved: true, isShared: true };
}

/** Stores the key on this computer, so that no passphrase is needed here. */
async function keepKeyHere(session: Session, key: DataKey, to: 'keychain' | 'key-file'): Promise<void> {
  const { keysDirectory, keychain, database } = session;
  const { location: path } = database;
  if (to === 'key-file') {
    await orUnwritable(path, () => writeKeyFile(keysDirectory, key));
    return;
  }
  const answer = await keychain.write(key.id, toHex(key));
  if (answer.outcome !== 'stored') throw fail('keychain-failed', { path, detail: answer.detail, moving: true });
  await removeKeyFile(keysDirectory, key.id);
}
