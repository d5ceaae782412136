import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { contentSecurityPolicy, page, type PageContent } from './pages.ts';

export interface Answer {
  readonly status: number;
  readonly content: PageContent;
  /** Without a body, for the answer to a HEAD request. */
  readonly withoutBody?: boolean;
}

/** Closing the connection while the client is still sending would reset it, and the answer might be lost. */
const closeTimeoutMs = 500;

/**
 * Writes the only answer on a connection and ends it. The listener writes every answer here, so all of them have the
 * same headers. Resolves when the client has closed its side too, after half a second at most. Never rejects.
 */
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
