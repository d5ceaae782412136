import { fail } from '../../ground/errors.ts';
import type { KeyMoved, NewKeyPlace } from '../store.ts';
import { keepKeyHere } from './local-key.ts';
import { readStoreRow, replaceWrappedKey } from './profile-rows.ts';
import type { Session } from './session.ts';
import { wrapKey } from './team-key.ts';

/**
 * `Store.moveKey`. The data key stays the same: it is stored on this computer too, or encrypted with another passphrase
 * for the whole team. Rows aren't encrypted again.
 */
export async function moveTeamKey(session: Session, place: NewKeyPlace): Promise<KeyMoved> {
  const { database, found, search } = session;
  const absent = fail('store-absent', { path: database.location });
  if (found === null) throw absent;
  const { key, source: from } = found;
  const isShared = true;
  if (place.to !== 'passphrase') {
    if (from === place.to) return { from, moved: false, isShared };
    await keepKeyHere(search, key, place.to);
    session.found = { key, source: place.to };
    return { from, moved: true, isShared };
  }
  const before = (await readStoreRow(database))?.wrapped_key ?? null;
  if (before === null) throw absent;
  const replaced = await replaceWrappedKey(database, before, await wrapKey(key, place.passphrase));
  // Somebody else has just changed it.
  if (!replaced) throw fail('passphrase-wrong', { path: database.location });
  return { from: 'passphrase', moved: true, isShared };
}
