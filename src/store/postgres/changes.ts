import { fail } from '../../ground/errors.ts';
import { copyProfiles } from '../profiles.ts';
import { removeFile } from '../file/busy.ts';
import { validProfileName, type Profile } from '../model/profile.ts';
import { storable } from '../model/stored-profile.ts';
import type { Change, ChangeOptions, Moved, Store } from '../store.ts';
import { claimAll, claimNow, claimProfile } from './claim.ts';
import { commit, settleKept } from './kept-tokens.ts';
import { deleteRows, openRow, profileChanged, readCurrent, readRows } from './rows.ts';
import { missingRights } from './schema.ts';
import type { Session } from './session.ts';
import { prepareToWrite } from './team-key.ts';

/** Implements `Store.change`. The statement that writes or removes the profile also releases the claim. */
export async function changeRow(
  session: Session,
  name: string,
  change: Change,
  { unless, waits }: ChangeOptions = {},
): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await prepareToWrite(session);
  const { database } = session;
  const settled = async () => unless?.((await readCurrent(session, name))?.profile) === true;
  const claim = await claimProfile(session, name, settled, waits);
  if (claim === null) return (await readCurrent(session, name))?.profile;
  try {
    await settleKept(session, name);
    const current = await readCurrent(session, name);
    let irreplaceable = false;
    const next = await change(current?.profile, async () => {
      irreplaceable = true;
      if (!(await claim.renew())) throw profileChanged(database, name);
    });
    if (next === current?.profile) await claim.release();
    else if (next !== undefined) {
      const replaces = current?.profile.tokens?.refreshToken.reveal() ?? null;
      const before = current?.version ?? null;
      const changed = { before, holder: claim.holder, replaces, profile: storable(name, next) };
      return await commit(session, changed, irreplaceable);
    } else if (current !== undefined) await deleteRows(database, [{ name, version: current.version }], claim.holder);
    return next;
  } catch (error) {
    await claim.release();
    throw error;
  }
}

export async function forgetRow(
  session: Pick<Session, 'database' | 'io' | 'waitNotice' | 'safe'>,
  name: string,
): Promise<void> {
  const { database, safe } = session;
  const claim = await claimProfile(session, name);
  try {
    const [row] = await readRows(database, [name]);
    if (row !== undefined && claim !== null) await deleteRows(database, [row], claim.holder);
    for (const [path] of await safe.read(name)) await removeFile(path);
  } finally {
    await claim?.release();
  }
}

/** Implements `Store.proveWritable`: claims the empty name, which no profile has, and checks the rights. */
export async function proveRows(session: Session): Promise<void> {
  await prepareToWrite(session);
  const claim = await claimNow(session, '');
  await claim?.release();
  const missing = await missingRights(session.database);
  if (missing !== '')
    throw fail('database-refused', { store: session.path, detail: `this role is missing ${missing}` });
}

/** Implements `Store.moveTo`. Claims every profile until its row is deleted, so that nobody refreshes its tokens. */
export async function moveRows(session: Session, target: Store): Promise<Moved> {
  const { database, path } = session;
  if (session.found === null) throw fail('store-absent', { path });
  const claims = await claimAll(database);
  try {
    const rows = await readRows(database);
    const profiles = rows.map((row) => openRow(session, row).profile);
    await copyProfiles(profiles, target);
    await deleteRows(database, rows, claims.holder);
    return { profiles: profiles.length };
  } finally {
    await claims.release();
  }
}
