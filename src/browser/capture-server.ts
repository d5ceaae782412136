import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeCertificate } from './certificate.ts';

export interface CaptureServerOptions {
  /** The app's Redirect URL, an https address. The server answers every request to its host. */
  readonly redirectUrl: string;
  readonly authorizationUrl: string;
  /** Returns the local address to send TikTok Shop's redirect to; `null` if the query isn't for this authorization. */
  readonly forwardTo: (query: URLSearchParams) => string | null;
}

export type CaptureServer = Awaited<ReturnType<typeof startCaptureServer>>;

/**
 * Starts a proxy on 127.0.0.1 that answers in place of the Redirect URL's host, and refuses every other host.
 * `startAddress` is a secret address that leads to the authorization page. A browser that opens it uses the proxy.
 * @throws the system's error
 */
export async function startCaptureServer(options: CaptureServerOptions, now: number) {
  const redirect = new URL(options.redirectUrl);
  const hostAndPort = `${redirect.hostname}:${redirect.port || '443'}`;
  const certificate = makeCertificate(redirect.hostname, now);
  const nonce = `/${randomBytes(16).toString('base64url')}`;
  let arrived = (): void => undefined;
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  let reached = false;

  const secure = createSecureServer(certificate, (request, response) => {
    const { url = '' } = isNavigation(request) ? request : {};
    const [path, query] = url.split(/\?(.*)/s);
    const forwarded = path === redirect.pathname ? options.forwardTo(new URLSearchParams(query)) : null;
    if (url === nonce) {
      respond(response, 302, { Location: options.authorizationUrl });
      arrived();
    } else if (forwarded !== null) {
      // A 302 could be blocked by a `form-action` policy on TikTok Shop's page, and the “Not secure” mark would stay.
      respond(response, 200, { Refresh: `0; url=${forwarded}` });
    } else {
      respond(response, 404, {}, 'This isn’t the answer that ottokit-tiktok is waiting for. Go back to the terminal.');
    }
  });
  const sockets = new Set<Socket>();
  const proxy = createServer((_request, response) => response.writeHead(403).end());
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  proxy.on('connect', ({ url }: IncomingMessage, socket: Socket) => {
    if (url?.toLowerCase() !== hostAndPort) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    reached = true;
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    secure.emit('connection', socket);
    return undefined;
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  // If a connection can't be accepted later (too many open files), the program must not crash.
  proxy.on('error', () => undefined);
  return {
    port: (proxy.address() as AddressInfo).port,
    /** Such as `api.ottokit.com:443`. */
    hostAndPort,
    certificate,
    startAddress: `https://${redirect.host}${nonce}`,
    arrival,
    wasReached: () => reached,
    close: () => {
      proxy.close();
      // TLS sockets first: see `Opening` in network/connection.ts.
      secure.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Whether the request is for a page in a tab, rather than for a frame, image, beacon or prefetch. */
function isNavigation({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers['sec-fetch-dest'] === 'document' && headers['sec-purpose'] === undefined;
}

function respond(response: ServerResponse, status: number, headers: Record<string, string>, text = ''): void {
  const always = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', Connection: 'close' };
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...always, ...headers }).end(text);
}
