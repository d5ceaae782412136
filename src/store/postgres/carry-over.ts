import { isFailure } from '../../ground/errors.ts';
import type { Profile, TokenRecord } from '../model/profile.ts';
import { claimNow } from './claim.ts';
import type { Current } from './rows.ts';
import type { Kept } from './safe.ts';
import { readCurrent, writeProfile, type Session } from './session.ts';

/**
 * Stores tokens that earlier commands on this computer couldn't store, unless the database has newer ones. Leaves them
 * for the next command if another process is changing the profile or the database isn't writable.
 * @returns whether there were any
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
      session.warn(`The tokens of ${name} that are kept on this computer could not be stored yet. ${error.message}`);
    }
  }
  return all.length > 0;
}

/** Stores the kept tokens of a profile that the caller has claimed. A refresh must not send one that they replaced. */
export async function settleKept(session: Session, name: string): Promise<void> {
  // Reads the safe again, because another command may have stored its tokens in the meantime.
  for (const [path, kept] of await session.safe.read(name)) await settle(session, kept, path);
}

/**
 * Stores kept tokens unless the database has newer ones, and removes their file.
 * @returns the profile in the database afterward, or `undefined` if the tokens are still only in the safe
 */
export async function settle(session: Session, kept: Kept, path: string | undefined): Promise<Profile | undefined> {
  const { path: store, safe, warn } = session;
  const { name } = kept.profile;
  const current = await readCurrent(session, name);
  const before = current?.version ?? null;
  const next = newest(current, kept);
  if (next === 'gone') {
    warn(
      `The tokens of ${name} that could not be stored before are still in ${path ?? ''}, because ${store} doesn’t have this profile anymore. If you don’t need them, delete the file.`,
    );
    return undefined;
  }
  if (typeof next === 'object' && !(await writeProfile(session, next, before, null))) return undefined;
  await safe.remove(path);
  if (next === 'newer')
    warn(`${name} was changed in ${store} in the meantime, so its older tokens on this computer were removed.`);
  else if (next !== 'stored') warn(`The tokens of ${name} that could not be stored before are in ${store} now.`);
  return typeof next === 'object' ? next : current?.profile;
}

/**
 * Returns the profile to store, if any. `stored`: the database already has it. `newer`: the database has newer tokens.
 * `gone`: the profile was removed, or moved to another store and may come back.
 */
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

/**
 * Compares by TikTok Shop's clock, because the clocks of two computers may differ. That clock counts seconds, but only
 * processes of one computer follow each other so fast.
 */
function isNewer(tokens: TokenRecord, other: TokenRecord | undefined): boolean {
  if (other === undefined) return false;
  const [ends, othersEnd] = [tokens.accessTokenExpiresAt, other.accessTokenExpiresAt];
  const later = ends === null || othersEnd === null ? 0 : ends - othersEnd;
  return (later || tokens.obtainedAt - other.obtainedAt) > 0;
}
