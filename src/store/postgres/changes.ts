import { fail } from '../../ground/errors.ts';
import { removeFile } from '../file/busy.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { storable } from '../model/stored-profile.ts';
import type { Change, ChangeOptions } from '../store.ts';
import { settleKept } from './carry-over.ts';
import { claimProfile, type Claim } from './claim.ts';
import { commit } from './commit.ts';
import { deleteRows, missingRights, readRows } from './profile-rows.ts';
import type { Current } from './rows.ts';
import { prepareToWrite, readCurrent, type Session } from './session.ts';

/** `Store.change`. */
export async function changeRow(
  session: Session,
  name: string,
  change: Change,
  { unless, waits = true }: ChangeOptions = {},
): Promise<Profile | undefined> {
  if (!validProfileName(name)) throw fail('profile-name-refused', { name });
  await prepareToWrite(session);
  const read = (): Promise<Current | undefined> => readCurrent(session, name);
  const settled = async (): Promise<boolean> => unless?.((await read())?.profile) === true;
  const claim = await claimProfile(session.database, name, session.io, settled, waits);
  if (claim === null) return (await read())?.profile;
  try {
    await settleKept(session, name);
    return await changeClaimed(session, claim, name, await read(), change);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** Writing or removing the profile also releases the claim. */
async function changeClaimed(
  session: Session,
  claim: Claim,
  name: string,
  current: Current | undefined,
  change: Change,
): Promise<Profile | undefined> {
  let irreplaceable = false;
  const next = await change(current?.profile, async () => {
    irreplaceable = true;
    if (!(await claim.renew())) throw fail('profile-changed', { profile: name, store: session.database.location });
  });
  if (next === current?.profile) {
    await claim.release();
    return next;
  }
  if (next === undefined) {
    if (current !== undefined) await remove(session, name, current.version);
    return undefined;
  }
  const replaces = current?.profile.tokens?.refreshToken.reveal() ?? null;
  const changed = { before: current?.version ?? null, holder: claim.holder, replaces, profile: storable(name, next) };
  return await commit(session, changed, irreplaceable);
}

async function remove({ database }: Pick<Session, 'database'>, name: string, version: string): Promise<void> {
  if (await deleteRows(database, [{ name, version }])) return;
  throw fail('profile-changed', { profile: name, store: database.location });
}

/** `Store.forget`. */
export async function forgetRow(session: Pick<Session, 'database' | 'io' | 'safe'>, name: string): Promise<void> {
  const { database, io, safe } = session;
  const claim = await claimProfile(database, name, io);
  try {
    const [row] = await readRows(database, [name]);
    if (row !== undefined) await remove(session, name, row.version);
    for (const [path] of await safe.read(name)) await removeFile(path);
  } finally {
    await claim?.release();
  }
}

/** `Store.proveWritable`: claims an empty name, which no profile has, and checks the rights that writing needs. */
export async function proveRows(session: Session): Promise<void> {
  const { database, io } = session;
  await prepareToWrite(session);
  const claim = await claimProfile(database, '', io);
  await claim?.release();
  const missing = await missingRights(database);
  if (missing === '') return;
  const detail = `this role is missing ${missing}`;
  throw fail('database-refused', { store: database.location, detail });
}
