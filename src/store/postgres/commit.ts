import { fail, isFailure } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { settle } from './carry-over.ts';
import { writeRow } from './profile-rows.ts';
import { nextVersion, sealRow, type SealedRow } from './rows.ts';
import type { Kept } from './safe.ts';
import { keyToWrite, type Current, type Session } from './session.ts';

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
 * Writes a changed profile and returns what the database has then. An answer that can't be requested again is put into
 * the safe at the same time, and stays there until the database has it.
 * @throws Failure tokens-kept-here, profile-changed, and as `Database.query`
 */
export async function commit(
  session: Session,
  { profile, before: was, holder, irreplaceable }: Committed,
): Promise<Profile> {
  const { safe, io } = session;
  const { key } = await keyToWrite(session);
  const before = was?.version ?? null;
  const row = sealRow(profile, nextVersion(before, io.clock.now()), key);
  if (!irreplaceable) {
    await write(session, row, before, holder, []);
    return profile;
  }
  const kept: Kept = { before, holder, replaces: was?.profile.tokens?.refreshToken.reveal() ?? null, profile };
  const keeping = safe.put(kept).catch(() => undefined);
  try {
    await write(session, row, before, holder, pauses);
  } catch (error) {
    return await settleOrKeep(session, kept, await keeping, error);
  }
  await safe.remove(await keeping);
  return profile;
}

/**
 * If the database has another version, it may be this one, whose answer was lost, or a command that found these tokens
 * in the safe may have stored them. Otherwise they stay in the safe.
 */
async function settleOrKeep(session: Session, kept: Kept, path: string | undefined, error: unknown): Promise<Profile> {
  const isChanged = isFailure(error) && error.code === 'profile-changed';
  const settled = isChanged ? await settle(session, kept, path).catch(() => undefined) : undefined;
  if (settled !== undefined) return settled;
  if (path === undefined) throw error;
  const detail = error instanceof Error ? error.message : 'unknown';
  throw fail('tokens-kept-here', { store: session.database.location, path, detail }, { cause: error });
}

async function write(
  { database, io }: Session,
  row: SealedRow,
  before: string | null,
  holder: string,
  waits: readonly number[],
): Promise<void> {
  for (const [attempt, pause] of [...waits, 0].entries()) {
    try {
      if (await writeRow(database, row, before, holder)) return;
      throw fail('profile-changed', { profile: row.name, store: database.location });
    } catch (error) {
      const lost = isFailure(error) && (error.code === 'database-unreachable' || error.code === 'database-read-only');
      if (!lost || attempt === waits.length) throw error;
      // The connection may have been cut after the database wrote; writing again then finds the new version.
      await io.clock.sleep(pause);
    }
  }
}
