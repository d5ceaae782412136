import { fail } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { Moved, Store } from '../store.ts';
import { copyProfiles } from '../copy-profiles.ts';
import { claimAll } from './claim.ts';
import { addRows, deleteRows, readRows } from './profile-rows.ts';
import { nextVersion, openRow, sealRow } from './rows.ts';
import { keyOf, type Session } from './session.ts';
import { prepareToWrite } from './team-key.ts';

/** Implements `Store.addAll` with one statement. */
export async function addProfiles(session: Session, profiles: readonly Profile[]): Promise<void> {
  const { database, io } = session;
  await prepareToWrite(session);
  const version = nextVersion(null, io.clock.now());
  const rows = profiles.map((profile) => sealRow(profile, version, keyOf(session)));
  await addRows(database, rows);
}

/** Implements `Store.moveTo`. Claims every profile until its row is deleted, so that nobody refreshes its tokens. */
export async function moveRows(session: Session, target: Store): Promise<Moved> {
  const { database, path } = session;
  if (session.found === null) throw fail('store-absent', { path });
  const claims = await claimAll(database);
  try {
    const rows = await readRows(database);
    const profiles = rows.map((row) => openRow(row, keyOf(session), path).profile);
    await copyProfiles(profiles, target);
    await deleteRows(database, rows);
    return { profiles: profiles.length };
  } finally {
    await claims.release();
  }
}
