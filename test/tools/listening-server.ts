import { Server, type AddressInfo } from 'node:net';

/** Returns this process's server on a port, so that a test can emit an error that only the system can cause. */
export function listeningServer(port: number): Server {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => readonly unknown[] };
  const isOnPort = (handle: unknown): handle is Server =>
    handle instanceof Server && (handle.address() as AddressInfo | null)?.port === port;
  const found = handles().find(isOnPort);
  if (found === undefined) throw new Error(`Nothing listens on ${String(port)}.`);
  return found;
}

/** The error that the system reports when a client connects while too many files are open. */
export const tooManyFiles = (): Error => Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
