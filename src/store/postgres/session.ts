import { fail } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { WaitNotice } from '../store.ts';
import type { Database } from './database.ts';
import { makeKey, type FoundKey, type KeySearch } from './local-key.ts';
import { makeSchema, readRows, readStoreRow } from './profile-rows.ts';
import { readRow, type ReadRow, type Row } from './rows.ts';
import type { Safe } from './safe.ts';

/** An open database with everything needed for reading and writing it. */
export interface Session {
  readonly database: Database;
  readonly search: KeySearch;
  readonly safe: Safe;
  readonly io: Pick<Io, 'clock' | 'signal'> & { readonly waitNotice: WaitNotice };
  readonly warn: (sentence: string) => void;
  /** `null`: there is no store in this database yet. */
  found: FoundKey | null;
}

/**
 * The key, created with the tables if this is the first write. @throws Failure passphrase-missing, and as
 * `Database.query`
 */
export async function keyToWrite(session: Session): Promise<FoundKey> {
  if (session.found === null) {
    // With tables made by someone else, this role may not even have the right to create them if they don't exist.
    if ((await readStoreRow(session.database)) === null) await makeSchema(session.database);
    session.found = await makeKey(session.search);
  }
  return session.found;
}

export type Current = Extract<ReadRow, { state: 'read' }>;

/** The profile of this name. @throws Failure profile-damaged, profile-unreadable, and as `Database.query` */
export async function readCurrent(session: Session, name: string): Promise<Current | undefined> {
  const [row] = await readRows(session.database, [name]);
  return row && openRow(session, row);
}

/** @throws Failure profile-damaged, profile-unreadable */
export function openRow({ database, found }: Session, row: Row): Current {
  if (found === null) throw new Error('a row was read without a key');
  const read = readRow(row, found.key);
  const { name } = row;
  if (read.state === 'damaged') throw fail('profile-damaged', { profile: name, store: database.location });
  if (read.state === 'unknown-form') throw fail('profile-unreadable', { profile: name, path: database.location });
  return read;
}
