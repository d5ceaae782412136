import type { Io } from '../../ground/io.ts';
import type { DataKey } from '../keys/data-key.ts';
import type { Profile } from '../model/profile.ts';
import type { WaitNotice } from '../store.ts';
import { makeKey, type FoundKey, type KeySearch } from './local-key.ts';
import { makeSchema, readRows, readStoreRow, writeRow } from './profile-rows.ts';
import { nextVersion, openRow, sealRow, type Current } from './rows.ts';
import type { Safe } from './safe.ts';

export interface Session extends KeySearch {
  readonly safe: Safe;
  readonly io: Pick<Io, 'clock' | 'signal'> & { readonly waitNotice: WaitNotice };
  readonly warn: (sentence: string) => void;
  /** `null` if there is no store in this database yet. */
  found: FoundKey | null;
}

/** Creates the tables and key on the first write. @throws Failure passphrase-missing, and as `Database.query` */
export async function prepareToWrite(session: Session): Promise<void> {
  if (session.found !== null) return;
  // If someone else created the tables, this role may not be allowed to run even CREATE TABLE IF NOT EXISTS.
  if ((await readStoreRow(session.database)) === null) await makeSchema(session.database);
  session.found = await makeKey(session);
}

/** The key of an existing store. */
export function keyOf({ found }: Session): DataKey {
  if (found === null) throw new Error('the database was used before it had a key');
  return found.key;
}

/** The profile of this name. @throws Failure profile-damaged, profile-unreadable, and as `Database.query` */
export async function readCurrent(session: Session, name: string): Promise<Current | undefined> {
  const { database } = session;
  const [row] = await readRows(database, [name]);
  return row && openRow(row, keyOf(session), database.location);
}

/** Writes a profile as `writeRow` does. @throws Failure as `Database.query` */
export async function writeProfile(
  session: Session,
  profile: Profile,
  before: string | null,
  holder: string | null,
): Promise<boolean> {
  const row = sealRow(profile, nextVersion(before, session.io.clock.now()), keyOf(session));
  return await writeRow(session.database, row, before, holder);
}
