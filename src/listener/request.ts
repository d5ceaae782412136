import type { IncomingMessage } from 'node:http';
import { loopbackNames } from '../ground/loopback.ts';
import type { Answer } from './connections.ts';

export type Address = ReturnType<typeof addressOf>;

type Request = Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct'>;

/**
 * Returns the port to listen on, the only path to accept, as a browser sends it, and the values of `Host` to accept
 * besides the loopback names. Throws if an https Redirect URL comes without `port`.
 */
export function addressOf(redirectUrl: string, port?: number) {
  const url = new URL(redirectUrl);
  if (url.protocol !== 'http:' && port === undefined) throw new TypeError('A forwarded Redirect URL needs a port.');
  const standard = url.protocol === 'http:' ? 80 : 443;
  const hosts = url.port === '' ? [url.host, `${url.host}:${String(standard)}`] : [url.host];
  return { port: port ?? Number(url.port || standard), path: url.pathname, hosts };
}

/**
 * Returns the query of the expected callback, and refuses every other request before reading its query. `port` is the
 * port that the connection arrived on.
 *
 * - Checking `Host` prevents DNS rebinding, where another site's page reaches this computer under its own name.
 * - `Origin` and Fetch Metadata, if present, must show that the user navigated here: a prefetch or a page's fetch,
 *   image or frame must not use up the state. Current browsers send the destination, so a client without one, such as
 *   Node's `fetch`, isn't one of them and is accepted.
 * - The target must be in origin form (RFC 9112 §3.2.1). Only clients of a proxy send the absolute form, which has a
 *   second host to check.
 */
export function readRequest(request: Request, port: number, address: Address): URLSearchParams | Answer {
  const { method, url = '', headersDistinct } = request;
  const { host = [], origin = [], 'sec-fetch-dest': destination = [], 'sec-purpose': purpose = [] } = headersDistinct;
  const withPort = loopbackNames.map((name) => `${name}:${String(port)}`);
  const hosts = [...withPort, ...(port === 80 ? loopbackNames : []), ...address.hosts];
  if (host.length !== 1) return notHere(400);
  if (!hosts.includes(host[0]?.toLowerCase() ?? '')) return notHere(421);
  if (!url.startsWith('/')) return notHere(400);
  const [path, query = ''] = url.split(/\?(.*)/s);
  if (path !== address.path) return notHere(404);
  if (method !== 'GET') return notHere(405);
  const origins = hosts.flatMap((name) => [`http://${name}`, `https://${name}`]);
  const navigated = purpose.length === 0 && destination.every((value) => value === 'document');
  if (navigated && origin.every((value) => origins.includes(value))) return new URLSearchParams(query);
  const why = 'It was requested by another page, not opened in a browser window.';
  return { status: 403, content: { kind: 'refused', why } };
}

export const notHere = (status: number): Answer => ({ status, content: { kind: 'not-here' } });
