import type { Socket } from 'node:net';

/**
 * The open connections. If there are too many, closes the oldest, so that silent clients can't keep the browser out.
 * Never closes the callback's connection, which waits for its page.
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

  /** Closes all connections. An unfinished answer is written first; `answer` limits how long that may take. */
  end(): void {
    for (const socket of this.#open) {
      if (socket.writableEnded) socket.destroySoon();
      else socket.destroy();
    }
  }
}
