import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { codeOf } from '../../ground/system-error.ts';

/** The maximum length of a Unix socket's path in bytes, on Linux and macOS; Node 20 silently truncates longer ones. */
const longestPath = 100;

export const socketPath = (lockPath: string, token: string): string => `${lockPath}.${token}.socket`;

/**
 * Listens on a Unix socket while the lock is held. The kernel closes it however the process ends, and every process on
 * the same computer can see that, even in other containers, where a process id means nothing.
 * @returns a function that closes and removes it; it does nothing if the drive doesn't support sockets or the path is
 * too long
 */
export async function openLockSocket(path: string): Promise<() => Promise<void>> {
  const temporary = `${path}.new`;
  if (Buffer.byteLength(temporary) > longestPath) return () => Promise.resolve();
  const { createServer } = await import('node:net');
  const server = createServer((client) => client.destroy()).unref();
  try {
    server.listen(temporary);
    await once(server, 'listening');
    // Until it listens, a socket refuses connections like a dead one, so it gets its final name afterwards.
    await rename(temporary, path);
  } catch {
    server.close();
  }
  return async () => {
    // The order matters: once the lock's socket refuses connections, its holder counts as dead.
    await rm(path, { force: true });
    server.close();
  };
}

/** Whether the process that listens there is running. `unknown`: no socket, or one that this user can't open. */
export async function stateOfListener(path: string): Promise<'running' | 'gone' | 'unknown'> {
  if (Buffer.byteLength(path) > longestPath) return 'unknown';
  const { connect } = await import('node:net');
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return 'running';
  } catch (error) {
    const code = codeOf(error);
    // The process is suspended, and so many others have asked that its queue is full.
    if (code === 'EAGAIN') return 'running';
    return code === 'ECONNREFUSED' ? 'gone' : 'unknown';
  } finally {
    socket.destroy();
  }
}
