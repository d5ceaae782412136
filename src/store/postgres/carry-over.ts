import { isFailure } from '../../ground/errors.ts';
import type { Profile } from '../model/profile.ts';
import { claimNow } from './claim.ts';
import { nextVersion } from './commit.ts';
import { writeRow } from './profile-rows.ts';
import { sealRow } from './rows.ts';
import type { Kept } from './safe.ts';
import { keyToWrite, readCurrent, type Current, type Session } from './session.ts';

/**
 * Stores what earlier commands on this computer couldn't, unless the database has something newer. Left for the next
 * command while another process changes the profile, or while the database isn't writable.
 */
export async function carryOver(session: Session, name: string): Promise<void> {
  try {
    for (const { holder } of await session.safe.read(name)) {
      // The claim of the original request may still exist.
      const claim = await claimNow(session.database, name, session.io.clock, holder);
      if (claim === null) continue;
      try {
        await settleKept(session, name);
      } finally {
        await claim.release();
      }
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
    session.warn(`The tokens of ${name} that are kept on this computer could not be stored yet. ${error.message}`);
  }
}

/** The same under a claim: before a profile is changed, because a refresh would otherwise send a replaced token. */
export async function settleKept(session: Session, name: string): Promise<void> {
  // Another command may have stored it meanwhile.
  for (const kept of await session.safe.read(name)) await settle(session, name, kept);
}

async function settle(session: Session, name: string, kept: Kept & { readonly path: string }): Promise<void> {
  const { database, safe, io, warn } = session;
  const current = await readCurrent(session, name);
  const profile = newest(current, kept);
  if (typeof profile === 'object') {
    const { key } = await keyToWrite(session);
    const before = current?.version ?? null;
    const version = nextVersion(before, io.clock.now());
    const row = { name, version, keyId: key.id, sealed: sealRow(profile, version, key) };
    if (!(await writeRow(database, row, before, null))) return;
  }
  await safe.remove(kept.path);
  if (profile === 'newer')
    warn(`The database has newer tokens of ${name} than those kept on this computer, which were removed.`);
  else if (profile !== 'stored')
    warn(`The tokens of ${name} that could not be stored before are in ${database.location} now.`);
}

/** What to store: `stored` if the database already has it, `newer` if it has something else by now. */
function newest(current: Current | undefined, { before, replaces, profile }: Kept): Profile | 'stored' | 'newer' {
  const { tokens } = profile;
  if ((current?.version ?? null) === before) return profile;
  const there = current?.profile.tokens?.refreshToken.reveal() ?? null;
  if (current === undefined || tokens === undefined) return 'newer';
  if (there === tokens.refreshToken.reveal()) {
    // For a shop that doesn't replace its refresh token, the newer answer counts.
    const isThere = (current.profile.tokens?.obtainedAt ?? 0) >= tokens.obtainedAt;
    return isThere ? 'stored' : { ...current.profile, tokens };
  }
  // Something else was changed meanwhile; these tokens are still the successors of the stored ones.
  return there === replaces ? { ...current.profile, tokens } : 'newer';
}
