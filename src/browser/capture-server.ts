import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeCertificate, type Certificate } from './certificate.ts';

/** Which requests are answered here, and where they are forwarded. */
export interface Answering {
  /** The app's Redirect URL, an https address. This computer answers for everything on its host. */
  readonly redirectUrl: string;
  /** Where the browser goes once it has proven that it reaches this server. */
  readonly authorizationUrl: string;
  /** The address on this computer that gets TikTok Shop's answer; `null` if the query isn't an answer to this login. */
  readonly forwardTo: (query: URLSearchParams) => string | null;
}

/** Answers for the Redirect URL's host, to a browser that uses this proxy. */
export interface CaptureServer {
  /** The proxy's port on 127.0.0.1. */
  readonly port: number;
  /** The captured host with its port: `api.ottokit.com:443`. */
  readonly authority: string;
  readonly certificate: Certificate;
  /** Proves that the browser reaches this server, because nobody else knows it. Redirects to the authorization page. */
  readonly startAddress: string;
  /** Resolves when a browser opens the start address. */
  readonly arrival: Promise<void>;
  /** Whether anyone tried to reach the host through the proxy. */
  wasReached(): boolean;
  close(): void;
}

/** Starts a proxy on 127.0.0.1 that only connects to one host, which is this program. Rejects with the system's error. */
export async function startCaptureServer(answering: Answering, now: number): Promise<CaptureServer> {
  const redirect = new URL(answering.redirectUrl);
  const authority = `${redirect.hostname}:${redirect.port || '443'}`;
  const certificate = makeCertificate(redirect.hostname, now);
  const nonce = `/${randomBytes(16).toString('base64url')}`;
  let arrived = (): void => undefined;
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  let reached = false;

  const secure = createSecureServer(certificate, (request, response) => {
    const { url = '' } = isNavigation(request) ? request : {};
    const [path, query] = url.split(/\?(.*)/s);
    const forwarded = path === redirect.pathname ? answering.forwardTo(new URLSearchParams(query)) : null;
    if (url === nonce) {
      respond(response, 302, { Location: answering.authorizationUrl });
      arrived();
    } else if (forwarded !== null) {
      // A 302 would be blocked by a `form-action` policy on TikTok Shop's page, and would keep the “Not secure” mark.
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
    if (url?.toLowerCase() !== authority) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    reached = true;
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    secure.emit('connection', socket);
    return undefined;
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    authority,
    certificate,
    startAddress: `https://${redirect.host}${nonce}`,
    arrival,
    wasReached: () => reached,
    close: () => {
      proxy.close();
      // TLS sockets first: see `closeAll` in network/connection.ts.
      secure.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A person's navigation of the whole page: no frame, image or beacon, and no prefetch. */
function isNavigation({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers['sec-fetch-dest'] === 'document' && headers['sec-purpose'] === undefined;
}

function respond(response: ServerResponse, status: number, headers: Record<string, string>, text = ''): void {
  const always = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', Connection: 'close' };
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...always, ...headers }).end(text);
}
