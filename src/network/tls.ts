import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { defined } from '../ground/defined.ts';
import { ConnectError, explainError } from './no-answer.ts';
import { bareHost } from './proxy.ts';

/** The sockets of one request, in the order in which they were opened. The caller closes all of them. */
export interface Opening {
  readonly sockets: Socket[];
  readonly signal: AbortSignal;
}

/**
 * Adds a socket. The code that waits for it handles its error. Later errors don't matter, but without a listener they
 * would crash the program.
 */
export function keep(socket: Socket, { sockets }: Opening): void {
  socket.on('error', () => undefined);
  sockets.push(socket);
}

/**
 * Closes a TLS socket before the underlying socket, which was opened first: in the other order, right after the
 * handshake, Node 20.20 crashes with a segmentation fault.
 */
export function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets.toReversed()) socket.destroy();
}

/**
 * Makes a TLS connection over `socket` and verifies the certificate of `url`'s host, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 * @throws ConnectError
 */
export async function secure(socket: Socket, url: URL, opening: Opening): Promise<Socket> {
  const host = bareHost(url);
  const secured = connect({
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  });
  let issuer: string | undefined;
  // Runs before Node verifies the certificate: if it isn't trusted, Node closes the socket and the issuer is lost.
  secured.prependListener('secure', () => {
    const { O, CN } = secured.getPeerCertificate().issuer;
    issuer = [O, CN].flat().filter(Boolean).join(', ');
  });
  keep(secured, opening);
  try {
    await once(secured, 'secureConnect', { signal: opening.signal });
    return secured;
  } catch (thrown) {
    const why = explainError(thrown);
    if (why.reason.startsWith('tls')) throw new ConnectError({ ...why, ...defined({ issuer }) });
    // A connection that is lost before it can be used was lost during the TLS handshake.
    throw new ConnectError(why.reason === 'connection-lost' ? { ...why, reason: 'tls' } : why);
  }
}
