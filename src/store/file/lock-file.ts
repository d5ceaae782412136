import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { getPriority, hostname } from 'node:os';
import { basename } from 'node:path';
import { pid } from 'node:process';
import { readPrivateFile } from './private-file.ts';
import { codeOf, FileProblem } from './file-problem.ts';

/** A lock as it stands on the disk. */
export interface LockFile {
  /** Who made it; absent when the file was cut off while it was written. */
  readonly owner?: { readonly pid: number; readonly host: string };
  /** Different for every lock that was ever taken. */
  readonly token: string;
  /** The holder's last sign of life, in milliseconds since 1970. */
  readonly touchedAt: number;
}

/**
 * A claim is held for milliseconds. One whose maker cannot be seen, for instance because it was killed between making
 * the file and writing into it, is left behind at this age in milliseconds: well before a waiter's patience ends.
 */
export const claimAge = 15_000;

/**
 * A process with the holder's number runs here, yet no sign of life for this long: the number was given to another
 * process, after a restart of the computer for instance. Long enough for a holder that was stopped and goes on.
 */
export const abandonedAfter = 300_000;

/** Makes the file if nothing stands there; the new token, or `null`. @throws the system's error */
export async function createLockFile(path: string): Promise<string | null> {
  const token = randomBytes(8).toString('hex');
  let file;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  }
  try {
    await file.writeFile(JSON.stringify({ pid, host: hostname(), token }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return token;
}

/** `null`: there is none. @throws Trouble when something else stands there */
export async function readLockFile(path: string): Promise<LockFile | null> {
  const file = await readPrivateFile(path, { limit: 4_096, tighten: false });
  if (file.state === 'absent') return null;
  if (file.state !== 'read') {
    throw new FileProblem(
      `${basename(path)}: ${file.state === 'unusable' ? file.detail : 'it is not a lock of this program'}`,
    );
  }
  const touchedAt = file.modifiedAt;
  const written = writtenIn(file.bytes);
  if (written === null) return { token: `${String(file.inode)}-${String(Math.trunc(touchedAt))}`, touchedAt };
  const { token, ...owner } = written;
  return { owner, token, touchedAt };
}

/**
 * What is certain about the holder. `elsewhere`: on another computer or in another container, or not named, so only
 * its signs of life can tell.
 */
export function holderOf({ owner }: LockFile): 'running' | 'gone' | 'elsewhere' {
  if (owner?.host !== hostname()) return 'elsewhere';
  return isRunning(owner.pid) ? 'running' : 'gone';
}

/** Asks for the priority of a process: every user may ask, unlike for a signal, and nothing happens to it. */
function isRunning(process: number): boolean {
  try {
    getPriority(process);
    return true;
  } catch (error) {
    const info = error instanceof Error && 'info' in error ? (error.info as { code?: unknown }) : {};
    return info.code !== 'ESRCH';
  }
}

/**
 * Removes the lock of a holder that is gone, if it is still that one. Two waiters may find the same dead lock, and the
 * slower one must not remove the lock that the faster one took in its place; so whoever removes a lock first takes a
 * claim that is named after its token, and looks again under it. A claim is a lock itself: one whose maker was killed is
 * removed in the same way.
 * @param now milliseconds since 1970
 * @returns whether the path may be free now
 */
export async function removeDeadLock(path: string, { token }: LockFile, now: number): Promise<boolean> {
  const claim = `${path}.${token}`;
  while ((await createLockFile(claim)) === null) {
    const other = await readLockFile(claim);
    if (other === null) continue;
    if (!isLeftBehind(other, now) || !(await removeDeadLock(claim, other, now))) return false;
  }
  try {
    const standing = await readLockFile(path);
    if (standing?.token === token) await rm(path, { force: true });
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

function isLeftBehind(claim: LockFile, now: number): boolean {
  const age = now - claim.touchedAt;
  switch (holderOf(claim)) {
    case 'gone':
      return true;
    case 'elsewhere':
      return age > claimAge;
    case 'running':
      return age > abandonedAfter;
  }
}

/** What `createLockFile` wrote; `null` when it was cut off. */
function writtenIn(bytes: Buffer): (NonNullable<LockFile['owner']> & { token: string }) | null {
  try {
    const { pid: process, host, token } = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>>;
    if (!isProcessNumber(process) || typeof host !== 'string') return null;
    if (typeof token !== 'string' || !/^[0-9a-f]{16}$/.test(token)) return null;
    return { pid: process, host, token };
  } catch {
    return null;
  }
}

const isProcessNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
