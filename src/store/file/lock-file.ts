import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Stats } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { codeOf } from '../../ground/errors.ts';
import {
  identityFrom,
  ownIdentity,
  sharesComputer,
  stateOfProcess,
  type ProcessIdentity,
  type ProcessState,
} from '../../ground/process-identity.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { removeFile } from './busy.ts';
import { NotALock } from './file-problem.ts';
import { giveToOwnerOf, readPrivateFile } from './private-file.ts';

export interface LockFile {
  /** Absent if the lock belongs to another user and can't be read, or is incomplete. */
  readonly owner?: ProcessIdentity;
  /** A random id, different for every lock. If it can't be read, the inode and the last renewal replace it. */
  readonly token: string;
  readonly touchedAt: number;
}

/** @returns the new lock's token, or `null` if there already is a lock @throws the system's error */
export async function createLockFile(path: string): Promise<string | null> {
  const token = randomBytes(8).toString('hex');
  // Reading this needs a file descriptor, and there may be none left once the lock is open.
  const owner = ownIdentity();
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    await file.writeFile(JSON.stringify({ ...owner, token }));
    await giveToOwnerOf(dirname(path), file);
    // Some network drives don't report a full disk until the file is closed.
    await file.close();
    return token;
  } catch (error) {
    await file.close().catch(() => undefined);
    await removeFile(path);
    throw error;
  }
}

/** Returns `null` if there is no lock. @throws NotALock if something else is at this path */
export async function readLockFile(path: string): Promise<LockFile | null> {
  const file = await readPrivateFile(path, { limit: 4_096, tighten: false });
  if (file.state === 'absent') return null;
  if (file.state === 'too-large') throw new NotALock(`${basename(path)}: it isn’t a lock of this program`);
  if (file.state === 'read') return lockFrom(file.stats, file.bytes);
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  if (!found.isFile()) throw new NotALock(`${basename(path)}: ${file.detail}`);
  return lockFrom(found);
}

/** Identifies a lock without opening it. Returns `undefined` if it is gone or the drive records no creation times. */
export async function createdAs(path: string): Promise<string | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  return found && found.birthtimeNs > 0n ? `${String(found.ino)}-${String(found.birthtimeNs)}` : undefined;
}

function lockFrom({ ino, mtimeMs }: Stats, bytes: Buffer = Buffer.alloc(0)): LockFile {
  const written: unknown = parseJson(bytes.toString('utf8'));
  const { token } = Object(written) as { readonly token?: unknown };
  const owner = identityFrom(written);
  if (owner !== undefined && typeof token === 'string' && /^[0-9a-f]{16}$/.test(token))
    return { owner, token, touchedAt: mtimeMs };
  return { token: `${String(ino)}-${String(Math.trunc(mtimeMs))}`, touchedAt: mtimeMs };
}

export async function stateOfHolder(path: string, { owner, token }: LockFile): Promise<ProcessState> {
  if (owner === undefined) return 'unknown';
  const state = stateOfProcess(owner);
  return state === 'unknown' && sharesComputer(owner) ? await stateOfListener(socketPath(path, token)) : state;
}

/** In bytes. Node 20 silently truncates a longer socket path. */
const longestPath = 100;

export const socketPath = (lockPath: string, token: string): string => `${lockPath}.${token}.socket`;

/**
 * Opens a socket that shows other processes on this computer, even in other containers, that this one is running. The
 * kernel closes it however this process exits. Does nothing if the path is too long or the drive supports no sockets.
 */
export async function openLockSocket(path: string): Promise<() => Promise<void>> {
  const temporary = `${path}.new`;
  if (Buffer.byteLength(temporary) > longestPath) return () => Promise.resolve();
  const { createServer } = await import('node:net');
  const server = createServer((client) => client.destroy()).unref();
  try {
    server.listen(temporary);
    await once(server, 'listening');
    // A socket that isn't listening yet looks dead, so it gets its final name only now.
    await rename(temporary, path);
  } catch {
    server.close();
  }
  return async () => {
    // Remove it first, because a socket that refuses connections means that the holder is dead.
    await rm(path, { force: true });
    server.close();
  };
}

/** Whether a process is listening on the socket. `unknown`: there is no socket, or this user can't open it. */
export async function stateOfListener(path: string): Promise<'running' | 'gone' | 'unknown'> {
  if (Buffer.byteLength(path) > longestPath) return 'unknown';
  const { connect } = await import('node:net');
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return 'running';
  } catch (error) {
    const code = codeOf(error);
    // The queue of connections is full, so the process is still there, but suspended or busy.
    if (code === 'EAGAIN') return 'running';
    return code === 'ECONNREFUSED' ? 'gone' : 'unknown';
  } finally {
    socket.destroy();
  }
}
