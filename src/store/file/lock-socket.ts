import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';

/** The longest path of a Unix socket, in bytes, on Linux and macOS alike; Node 20 silently cuts off longer ones. */
const longestPath = 100;

/**
 * Listens on a Unix socket while the lock is held. The kernel closes it with the process, however that ends, and everyone
 * on the same computer can see that, in other containers too, where a process number means nothing.
 * @returns how to close and remove it; does nothing if the drive keeps no sockets or the path is too long
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

/** Whether the process that listens there runs, on this computer. `unknown`: no socket, or one this user can't open. */
export async function stateOfListener(path: string): Promise<'running' | 'gone' | 'unknown'> {
  if (Buffer.byteLength(path) > longestPath) return 'unknown';
  const { connect } = await import('node:net');
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return 'running';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'gone' : 'unknown';
  } finally {
    socket.destroy();
  }
}
