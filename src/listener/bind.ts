import type { Server } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { fail, type Failure } from '../ground/errors.ts';

/** How many times to try port 0: the system picks a port that is free on 127.0.0.1 but may be in use on ::1. */
const attempts = 20;

/**
 * Binds the same port on 127.0.0.1 and ::1, because `localhost` may mean either, and a program on the other address
 * could get the code (RFC 8252 §7.3, §8.3). Without IPv6, binds only 127.0.0.1.
 * @returns the failure port-busy, port-reserved or listener-failed
 */
export async function bindLoopback(
  port: number,
  createServer: () => Server,
): Promise<{ readonly port: number; readonly servers: readonly Server[] } | Failure> {
  for (let attempt = 1; ; attempt++) {
    const ipv4 = createServer();
    const refused = await bind(ipv4, { host: '127.0.0.1', port });
    if (refused !== null) return failed(port, refused);
    const bound = (ipv4.address() as AddressInfo).port;
    const ipv6 = createServer();
    const code = await bind(ipv6, { host: '::1', port: bound, ipv6Only: true });
    if (code === null) return { port: bound, servers: [ipv4, ipv6] };
    if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') return { port: bound, servers: [ipv4] };
    await closeAll([ipv4]);
    if (port !== 0 || attempt === attempts) return failed(port, code);
  }
}

/** Stops listening. Resolves once all connections have ended; never rejects. */
export const closeAll = async (servers: readonly Server[]): Promise<void> => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
};

/** Resolves with the system's error code, or with `null` once the server listens. */
function bind(server: Server, options: ListenOptions): Promise<string | null> {
  return new Promise((resolve) => {
    // Keep this listener: if a connection can't be accepted later (too many open files), the program must not crash.
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(options, () => resolve(null));
  });
}

function failed(port: number, code: string): Failure {
  if (code === 'EADDRINUSE') return fail('port-busy', { port });
  if (code === 'EACCES') return fail('port-reserved', { port });
  return fail('listener-failed', { port, detail: code });
}
