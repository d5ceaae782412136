import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { sameProfile } from '../model/stored-profile.ts';
import { writeRow, type SealedRow } from './profile-rows.ts';
import { sealRow } from './rows.ts';
import { keyToWrite, readCurrent, type Current, type Session } from './session.ts';

interface Committed {
  readonly profile: Profile;
  /** The row that was read under the claim; `undefined` if there is none yet. */
  readonly before: Current | undefined;
  readonly holder: string;
  /** It contains an answer that can't be requested again. */
  readonly irreplaceable: boolean;
}

/** How long to wait for an unavailable database before the answer is kept on this computer, in milliseconds. */
const pauses = [100, 200, 400, 800, 1_500, 2_000, 2_000];

/**
 * Versions always increase, even if a profile is removed and added again, so that an older row never matches a newer
 * one.
 */
export const nextVersion = (before: string | null, now: number): string =>
  before === null ? String(now) : String(BigInt(before) + 1n);

/**
 * Writes a changed profile. An answer that can't be requested again is put into the safe at the same time, and stays
 * there until the database has it.
 * @throws Failure tokens-kept-here, profile-changed, and as `Database.query`
 */
export async function commit(session: Session, { profile, before, holder, irreplaceable }: Committed): Promise<void> {
  const { safe, io } = session;
  const { key } = await keyToWrite(session);
  const { name } = profile;
  const was = before?.version ?? null;
  const version = nextVersion(was, io.clock.now());
  const row = { name, version, keyId: key.id, sealed: sealRow(profile, version, key) };
  const replaces = before?.profile.tokens?.refreshToken.reveal() ?? null;
  const keeping = irreplaceable
    ? safe.put({ before: was, holder, replaces, profile }).catch(() => undefined)
    : undefined;
  try {
    await write(session, row, profile, was, holder, irreplaceable ? pauses : []);
  } catch (error) {
    const kept = await keeping;
    if (!isFailure(error) || kept === undefined) throw error;
    throw keptHere(session, kept, error);
  }
  const kept = await keeping;
  // If this fails, the next command notices that the database has it.
  if (kept !== undefined) await safe.remove(kept).catch(() => undefined);
}

const keptHere = ({ database }: Session, path: string, cause: Failure): Failure =>
  fail('tokens-kept-here', { store: database.location, path, detail: cause.message }, { cause });

async function write(
  session: Session,
  row: SealedRow,
  profile: Profile,
  before: string | null,
  holder: string,
  waits: readonly number[],
): Promise<void> {
  const { database, io } = session;
  for (const [attempt, pause] of [...waits, 0].entries()) {
    try {
      if (await writeRow(database, row, before, holder)) return;
      if (await isWritten(session, row.name, profile)) return;
      throw fail('profile-changed', { profile: row.name, store: database.location });
    } catch (error) {
      const lost = isFailure(error) && (error.code === 'database-unreachable' || error.code === 'database-read-only');
      if (!lost || attempt === waits.length) throw error;
      // The connection may have been cut after the database wrote; writing again then finds the new version.
      await io.clock.sleep(pause);
    }
  }
}

/**
 * Whether the row was written by this statement before its answer was lost, or by a command that found the profile in
 * the safe. The version can't distinguish these from another process's write, which uses the same next number. Equal
 * content can't hide a lost write: the row has everything it should have, including tokens and times, and this
 * statement has overwritten nothing.
 */
async function isWritten(session: Session, name: string, profile: Profile): Promise<boolean> {
  return sameProfile((await readCurrent(session, name))?.profile, profile);
}
