import { Server, type AddressInfo } from 'node:net';

/** The server in this process that listens on a port, for what only the system can do to it. */
export function listeningServer(port: number): Server {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => readonly unknown[] };
  const isOnPort = (handle: unknown): handle is Server =>
    handle instanceof Server && (handle.address() as AddressInfo | null)?.port === port;
  const found = handles().find(isOnPort);
  if (found === undefined) throw new Error(`Nothing listens on ${String(port)}.`);
  return found;
}

/** As the system reports it when a client connects while too many files are open. */
export const tooManyFiles = (): Error => Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
