import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { contentSecurityPolicy, page, type PageContent } from './pages.ts';

/** If too many are open, closes the oldest one, so that clients that send nothing can't keep the browser out. */
export class Connections {
  /** The callback's connection, which waits for its page and is never closed for being the oldest. */
  kept: Socket | undefined;
  readonly #open = new Set<Socket>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  admit(socket: Socket): void {
    this.#open.add(socket);
    // A client that disconnects is not an error.
    socket.on('error', () => undefined).once('close', () => this.#open.delete(socket));
    if (this.#open.size <= this.#limit) return;
    const oldest = [...this.#open].find((each) => each !== this.kept);
    if (oldest) this.#open.delete(oldest.destroy());
  }

  /** Closes all connections. An unfinished response is written first; `answer` limits how long that may take. */
  end(): void {
    for (const socket of this.#open) {
      if (socket.writableEnded) socket.destroySoon();
      else socket.destroy();
    }
  }
}

export interface Answer {
  readonly status: number;
  readonly content: PageContent;
  /** For the response to a HEAD request. */
  readonly withoutBody?: boolean;
}

/** Milliseconds for the client to close its side. If we closed while it was sending, the response might be lost. */
const closeTimeoutMs = 500;

/** Writes the only response. Resolves once the client closes its side, after half a second at most. Never rejects. */
export async function answer(connection: Duplex, what: Answer): Promise<void> {
  if (!connection.writable) {
    connection.destroy();
    return;
  }
  const late = setTimeout(() => connection.destroy(), closeTimeoutMs).unref();
  connection.end(bytesOf(what));
  await new Promise((resolve) => connection.once('close', resolve));
  clearTimeout(late);
}

function bytesOf({ status, content, withoutBody = false }: Answer): string {
  const html = page(content);
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(html))}`,
    'Cache-Control: no-store',
    `Content-Security-Policy: ${contentSecurityPolicy}`,
    'Cross-Origin-Opener-Policy: same-origin',
    'Cross-Origin-Resource-Policy: same-origin',
    'Referrer-Policy: no-referrer',
    'X-Content-Type-Options: nosniff',
    'X-Frame-Options: DENY',
    // Required by RFC 9110 §15.5.6.
    ...(status === 405 ? ['Allow: GET'] : []),
  ];
  return `${head.join('\r\n')}\r\n\r\n${withoutBody ? '' : html}`;
}
