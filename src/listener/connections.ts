import type { Socket } from 'node:net';

/** How long `end` waits for answers that are being written, in milliseconds. */
const headerTimeoutMs = 300;

/**
 * The open connections. A full house makes room by closing the oldest one, so that clients that say nothing cannot
 * keep the browser out; the connection on which the callback waits for its page is kept.
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
    // A client that is gone is nobody's error.
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

  /** Closes all: at once, or as soon as the answer being written is handed over. */
  end(): void {
    for (const socket of this.#open) {
      if (socket.writableEnded) socket.destroySoon();
      else socket.destroy();
    }
    const late = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, headerTimeoutMs);
    late.unref();
  }
}
