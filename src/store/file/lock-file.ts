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
  /** When the holder last renewed the lock, in milliseconds since 1970. */
  readonly touchedAt: number;
}

/** Creates a lock file. @returns its token, or `null` if there already is a lock @throws the system's error */
export async function createLockFile(path: string): Promise<string | null> {
  const token = randomBytes(8).toString('hex');
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    await file.writeFile(JSON.stringify({ ...ownIdentity(), token }));
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

/**
 * Reads a lock. If this user can't read it, for example after a run as root, only its inode and last renewal are known.
 * @throws NotALock if something other than a lock is at the path
 */
export async function readLockFile(path: string): Promise<LockFile | null> {
  const file = await readPrivateFile(path, { limit: 4_096, tighten: false });
  if (file.state === 'absent') return null;
  if (file.state === 'too-large') throw new NotALock(`${basename(path)}: it is not a lock of this program`);
  if (file.state === 'read') return lockFrom(file.stats, file.bytes);
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  if (!found.isFile()) throw new NotALock(`${basename(path)}: ${file.detail}`);
  return lockFrom(found, Buffer.alloc(0));
}

function lockFrom({ ino, mtimeMs }: Stats, bytes: Buffer): LockFile {
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

/** The maximum length of a Unix socket's path, in bytes. Node 20 silently truncates longer ones. */
const longestPath = 100;

export const socketPath = (lockPath: string, token: string): string => `${lockPath}.${token}.socket`;

/**
 * Listens on a Unix socket while the lock is held. The kernel closes it however the process exits, and other processes
 * on the same computer notice that, even in other containers, where process ids differ.
 * Does nothing if the drive doesn't support sockets or the path is too long.
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
