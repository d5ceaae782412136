import { fail, isFailure } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { settle } from './carry-over.ts';
import { profileChanged } from './profile-rows.ts';
import type { Kept } from './safe.ts';
import { writeProfile, type Session } from './session.ts';

/** The pauses between attempts to write, in milliseconds. After the last attempt, the safe keeps the tokens. */
const pauses = [100, 200, 400, 800, 1_500, 2_000, 2_000];

/**
 * Writes a changed profile and returns the one in the database afterward. If it is `irreplaceable`, because its tokens
 * can't be requested again, the safe keeps a copy until the database has it.
 * @throws Failure tokens-kept-here, profile-changed, and as `Database.query`
 */
export async function commit(session: Session, changed: Kept, irreplaceable: boolean): Promise<Profile> {
  const { safe } = session;
  if (!irreplaceable) return await write(session, changed, []);
  const keeping = safe.put(changed).catch(() => undefined);
  try {
    const written = await write(session, changed, pauses);
    await safe.remove(await keeping);
    return written;
  } catch (error) {
    const path = await keeping;
    // The database may have the tokens after all: its response to our write may have been lost, or another command may
    // have stored them from the safe. Otherwise, they stay in the safe.
    const isChanged = isFailure(error) && error.code === 'profile-changed';
    const settled = isChanged ? await settle(session, changed, path).catch(() => undefined) : undefined;
    if (settled !== undefined) return settled;
    if (path === undefined) throw error;
    const detail = error instanceof Error ? error.message : 'unknown';
    throw fail('tokens-kept-here', { store: session.path, path, detail }, { cause: error });
  }
}

async function write(session: Session, changed: Kept, waits: readonly number[]): Promise<Profile> {
  const { before, holder, profile } = changed;
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (await writeProfile(session, profile, before, holder)) return profile;
      throw profileChanged(session.database, profile.name);
    } catch (error) {
      const lost = isFailure(error) && (error.code === 'database-unreachable' || error.code === 'database-read-only');
      const pause = waits[attempt];
      if (!lost || pause === undefined) throw error;
      // The database may have written before the connection was lost. Then the next attempt finds the new version.
      await session.io.clock.sleep(pause);
    }
  }
}
