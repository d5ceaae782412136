import { fail, isFailure } from '../../ground/errors.ts';
import type { Profile, TokenRecord } from '../model/profile.ts';
import { claimNow } from './claim.ts';
import { profileChanged, readCurrent, writeProfiles, type Current } from './rows.ts';
import type { Kept } from './safe.ts';
import type { Session } from './session.ts';

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
    // have stored them from the safe.
    const isChanged = isFailure(error) && error.code === 'profile-changed';
    const settled = isChanged ? await settle(session, changed, path).catch(() => undefined) : undefined;
    if (settled !== undefined) return settled;
    if (path === undefined) throw error;
    const detail = isFailure(error) ? error.message : `The error was “${String(error)}”.`;
    throw fail('tokens-kept-here', { store: session.path, path, detail }, { cause: error });
  }
}

async function write(session: Session, changed: Kept, waits: readonly number[]): Promise<Profile> {
  const { before, holder, profile } = changed;
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (await writeProfiles(session, [profile], before, holder)) return profile;
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

/**
 * Stores tokens that earlier commands here couldn't store, or leaves them if another process is changing the profile or
 * the database isn't writable. Returns whether there were any.
 */
export async function carryOver(session: Session): Promise<boolean> {
  const all = await session.safe.read();
  for (const [, { holder, profile }] of all) {
    const { name } = profile;
    try {
      // The command that requested the tokens may have left its claim.
      const claim = await claimNow(session, name, holder);
      if (claim !== null) await settleKept(session, name).finally(() => claim.release());
    } catch (error) {
      if (!isFailure(error)) throw error;
      session.warn(`The tokens of ${name} that are kept on this computer couldn’t be stored yet. ${error.message}`);
    }
  }
  return all.length > 0;
}

/** Stores the kept tokens of a profile that the caller has claimed. A refresh must not send one that they replaced. */
export async function settleKept(session: Session, name: string): Promise<void> {
  // Reads the safe again, because another command may have stored its tokens in the meantime.
  for (const [path, kept] of await session.safe.read(name)) await settle(session, kept, path);
}

/** Returns the profile in the database, or `undefined` if the tokens are still only in the safe. */
async function settle(session: Session, kept: Kept, path: string | undefined): Promise<Profile | undefined> {
  const { path: store, safe, warn } = session;
  const { name } = kept.profile;
  const current = await readCurrent(session, name);
  const before = current?.version ?? null;
  const next = newest(current, kept);
  if (next === 'gone') {
    const why = `because ${store} doesn’t have this profile anymore. If you don’t need them, delete the file.`;
    if (path !== undefined) warn(`The tokens of ${name} that couldn’t be stored before are still in ${path}, ${why}`);
    return undefined;
  }
  if (typeof next === 'object' && !(await writeProfiles(session, [next], before, null))) return undefined;
  await safe.remove(path);
  if (next === 'newer')
    warn(`${name} was changed in ${store} in the meantime, so its older tokens on this computer were removed.`);
  else if (next !== 'stored') warn(`The tokens of ${name} that couldn’t be stored before are in ${store} now.`);
  return typeof next === 'object' ? next : current?.profile;
}

/** `stored`: the database has these tokens. `newer`: it has newer ones. `gone`: the profile was removed or moved. */
function newest(
  current: Current | undefined,
  { before, replaces, profile }: Kept,
): Profile | 'stored' | 'newer' | 'gone' {
  const { tokens } = profile;
  if ((current?.version ?? null) === before) return profile;
  if (current === undefined) return 'gone';
  const currentTokens = current.profile.tokens;
  if (tokens === undefined) return 'newer';
  const next = { ...current.profile, tokens };
  const currentToken = currentTokens?.refreshToken.reveal();
  // TikTok Shop didn't replace the refresh token, so the newer access token counts.
  if (currentToken === tokens.refreshToken.reveal()) return isNewer(tokens, currentTokens) ? next : 'stored';
  // Only other fields have changed in the meantime, so these tokens still replace the stored ones.
  if ((currentToken ?? null) === replaces) return next;
  // Another process may have sent the same refresh token. For example, the database may store a killed process's tokens
  // only after we have requested ours.
  const isOfApp = current.profile.app.appKey === profile.app.appKey;
  return isOfApp && isNewer(tokens, currentTokens) ? next : 'newer';
}

/** Compares the expiry times, which TikTok Shop sets, or else when each computer, by its own clock, got the tokens. */
function isNewer(tokens: TokenRecord, other: TokenRecord | undefined): boolean {
  if (other === undefined) return false;
  const [ends, othersEnd] = [tokens.accessTokenExpiresAt, other.accessTokenExpiresAt];
  const later = ends === null || othersEnd === null ? 0 : ends - othersEnd;
  return (later || tokens.obtainedAt - other.obtainedAt) > 0;
}
