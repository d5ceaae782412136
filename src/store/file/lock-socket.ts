import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';

/** The longest path of a Unix socket, in bytes, on Linux and macOS alike; Node 20 cuts longer ones off silently. */
const longestPath = 100;

/**
 * Listens on a Unix socket while the lock is held. The kernel closes it with the process, however that ends, and says so
 * to everyone on the same computer, in other containers too, where a process number means nothing.
 * @returns how to close and remove it; does nothing where the drive keeps no sockets or the path is too long
 */
export async function openLockSocket(path: string): Promise<() => Promise<void>> {
  const temporary = `${path}.new`;
  if (Buffer.byteLength(temporary) > longestPath) return () => Promise.resolve();
  const { createServer } = await import('node:net');
  const server = createServer((client) => client.destroy()).unref();
  try {
    server.listen(temporary);
    await once(server, 'listening');
    // A socket that is bound but doesn't listen yet refuses, as a dead one does; so it gets its name afterwards.
    await rename(temporary, path);
  } catch {
    server.close();
  }
  return async () => {
    // In this order: once the lock's socket refuses, its holder counts as dead.
    await rm(path, { force: true });
    server.close();
  };
}

/** Whether a process of this computer listens there. `unknown`: no socket, or one that this user may not open. */
export async function stateOfLockSocket(path: string): Promise<'open' | 'closed' | 'unknown'> {
  if (Buffer.byteLength(path) > longestPath) return 'unknown';
  const { connect } = await import('node:net');
  return await new Promise((resolve) => {
    const socket = connect(path);
    const settle = (state: 'open' | 'closed' | 'unknown'): void => {
      socket.destroy();
      resolve(state);
    };
    socket.once('connect', () => {
      settle('open');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      settle(error.code === 'ECONNREFUSED' ? 'closed' : 'unknown');
    });
  });
}
