import type { Socket } from 'node:net';

/**
 * Closes a TLS socket before the socket below it, which was opened before it: in the other order, right after
 * the handshake, Node 20.20 ends with a segmentation fault.
 */
export function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets.toReversed()) socket.destroy();
}
