import type { Socket } from 'node:net';

/**
 * The open connections. If there are too many, the oldest is closed, so that silent clients can't keep the browser out.
 * The connection of the callback that waits for its page is kept.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #limit: number;
  #kept: Socket | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  admit(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // A client that disconnects is not an error.
    socket.on('error', () => undefined);
    if (this.#open.size <= this.#limit) return;
    for (const oldest of this.#open) {
      if (oldest === this.#kept) continue;
      this.#open.delete(oldest);
      oldest.destroy();
      return;
    }
  }

  keep(socket: Socket): void {
    this.#kept = socket;
  }

  /** Closes all connections, those with an unfinished answer once it is written, for which `answer` has a limit. */
  end(): void {
    for (const socket of this.#open) {
      if (socket.writableEnded) socket.destroySoon();
      else socket.destroy();
    }
  }
}
