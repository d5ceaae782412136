import type { Socket } from 'node:net';

/** The sockets of one request, in the order they were opened. Its caller closes all of them. */
export interface Opening {
  readonly sockets: Socket[];
  readonly signal: AbortSignal;
}

/** Adds a socket. Whoever waits for it handles its error; a later one concerns nobody. */
export function keep(socket: Socket, { sockets }: Opening): void {
  socket.on('error', () => undefined);
  sockets.push(socket);
}

/**
 * Closes a TLS socket before the socket below it, which was opened first: in the other order, right after the
 * handshake, Node 20.20 crashes with a segmentation fault.
 */
export function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets.toReversed()) socket.destroy();
}
