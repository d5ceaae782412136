import type { Io } from '../../ground/io.ts';
import type { DataKey } from '../keys/data-key.ts';
import type { KeyContext } from '../keys/store-key.ts';
import type { Profile } from '../model/profile.ts';
import type { KeySource, WaitNotice } from '../store.ts';
import type { Database } from './database.ts';
import { nextVersion, openRow, readRows, sealRow, writeRow, type Current } from './rows.ts';
import type { Safe } from './safe.ts';

export interface FoundKey {
  readonly key: DataKey;
  readonly source: KeySource;
}

/** The state of an open database. `path` is its address, for messages. */
export interface Session extends KeyContext {
  readonly database: Database;
  readonly safe: Safe;
  readonly io: Pick<Io, 'clock' | 'signal'>;
  readonly waitNotice: WaitNotice;
  /** `null` if there is no store in this database yet. */
  found: FoundKey | null;
}

/** Returns the key of an existing store. */
export function keyOf({ found }: Session): DataKey {
  if (found === null) throw new Error('the database was used before it had a key');
  return found.key;
}

/** Reads the profile of this name. @throws Failure profile-damaged, profile-unreadable, and as `Database.query` */
export async function readCurrent(session: Session, name: string): Promise<Current | undefined> {
  const [row] = await readRows(session.database, [name]);
  return row && openRow(row, keyOf(session), session.path);
}

/** Encrypts a profile and writes it as `writeRow` does. @throws Failure as `Database.query` */
export async function writeProfile(
  session: Session,
  profile: Profile,
  before: string | null,
  holder: string | null,
): Promise<boolean> {
  const row = sealRow(profile, nextVersion(before, session.io.clock.now()), keyOf(session));
  return await writeRow(session.database, row, before, holder);
}
