import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { codeOf } from '../../ground/errors.ts';

/** The maximum length of a Unix socket's path, in bytes. Node 20 silently truncates longer ones. */
const longestPath = 100;

export const socketPath = (lockPath: string, token: string): string => `${lockPath}.${token}.socket`;

/**
 * Listens on a Unix socket while the lock is held. The kernel closes it however the process exits, and other processes
 * on the same computer notice that, even in other containers, where process ids differ.
 * Does nothing if the drive doesn't support sockets or the path is too long.
 * @returns a function that closes the socket
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
    // Removed first, because a socket that refuses connections means that the holder is dead.
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
