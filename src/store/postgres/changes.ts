import { fail } from '../../ground/errors.ts';
import { removeFile } from '../file/busy.ts';
import type { Profile } from '../model/profile.ts';
import { validProfileName } from '../model/profile-name.ts';
import { storable } from '../model/stored-profile.ts';
import type { Change, ChangeOptions } from '../store.ts';
import { settleKept } from './carry-over.ts';
import { claimProfile, type Claim } from './claim.ts';
import { commit } from './commit.ts';
import { deleteRows, missingRights, profileChanged, readRows } from './profile-rows.ts';
import type { Current } from './rows.ts';
import { readCurrent, type Session } from './session.ts';
import { prepareToWrite } from './team-key.ts';

/** Implements `Store.change`. */
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
  const claim = await claimProfile(session, name, settled, waits);
  if (claim === null) return (await read())?.profile;
  try {
    await settleKept(session, name);
    return await changeClaimed(session, claim, name, await read(), change);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** Changes a claimed profile. The statement that writes or removes it also releases the claim. */
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
    if (!(await claim.renew())) throw profileChanged(session.database, name);
  });
  if (next === current?.profile) {
    await claim.release();
    return next;
  }
  if (next === undefined) {
    if (current !== undefined) await deleteRows(session.database, [{ name, version: current.version }]);
    return undefined;
  }
  const replaces = current?.profile.tokens?.refreshToken.reveal() ?? null;
  const changed = { before: current?.version ?? null, holder: claim.holder, replaces, profile: storable(name, next) };
  return await commit(session, changed, irreplaceable);
}

/** Implements `Store.forget`. */
export async function forgetRow(session: Pick<Session, 'database' | 'io' | 'safe'>, name: string): Promise<void> {
  const { database, safe } = session;
  const claim = await claimProfile(session, name);
  try {
    const [row] = await readRows(database, [name]);
    if (row !== undefined) await deleteRows(database, [row]);
    for (const [path] of await safe.read(name)) await removeFile(path);
  } finally {
    await claim?.release();
  }
}

/** Implements `Store.proveWritable`: claims the empty name, which no profile has, and checks the rights for writing. */
export async function proveRows(session: Session): Promise<void> {
  await prepareToWrite(session);
  const claim = await claimProfile(session, '');
  await claim?.release();
  const missing = await missingRights(session.database);
  if (missing !== '')
    throw fail('database-refused', { store: session.path, detail: `this role is missing ${missing}` });
}
