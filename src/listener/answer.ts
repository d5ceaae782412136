import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { page, type PageContent } from './pages.ts';

export interface Answer {
  readonly status: number;
  readonly content: PageContent;
  /** The answer to a HEAD request: no body. */
  readonly withoutBody?: boolean;
}

/**
 * How long an answered connection may stay open, in milliseconds. Closing at once while the client still sends would
 * reset the connection, and on some systems throw away the answer before it is read.
 */
const lingerMs = 500;

/**
 * Writes the one answer of a connection and ends it. Every byte the listener sends is written here, so that the
 * answers to what is not even HTTP carry the same headers as the page of success.
 * Resolves when the client has closed its side too, half a second later at most, or is gone; never rejects.
 */
export async function answer(connection: Duplex, what: Answer): Promise<void> {
  if (!connection.writable) {
    connection.destroy();
    return;
  }
  const late = setTimeout(() => connection.destroy(), lingerMs).unref();
  connection.end(bytesOf(what));
  await new Promise((resolve) => connection.once('close', resolve));
  clearTimeout(late);
}

function bytesOf({ status, content, withoutBody = false }: Answer): string {
  const { html, contentSecurityPolicy } = page(content);
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
    // RFC 9110 §15.5.6: an answer of 405 names the methods that are allowed.
    ...(status === 405 ? ['Allow: GET'] : []),
  ];
  return `${head.join('\r\n')}\r\n\r\n${withoutBody ? '' : html}`;
}
