import type { IncomingMessage } from 'node:http';
import type { PageContent } from './pages.ts';

/** The one address listened for. */
export interface Address {
  /** As a browser sends it: percent-encoded, compared to the letter. */
  readonly path: string;
  /** Values of `Host` that are right besides the loopback names: those of the Redirect URL itself. */
  readonly hosts: readonly string[];
}

export type Reading =
  | { readonly kind: 'callback'; readonly query: URLSearchParams }
  | { readonly kind: 'refused'; readonly status: number; readonly content: PageContent };

type Request = Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct'>;

/** The port to bind and what requests must look like. Throws when a Redirect URL on another host comes without port. */
export function addressOf(redirectUrl: string, port?: number): Address & { readonly port: number } {
  const url = new URL(redirectUrl);
  if (url.protocol !== 'http:' && port === undefined) throw new TypeError('A forwarded Redirect URL needs a port.');
  const standard = url.protocol === 'http:' ? 80 : 443;
  return {
    port: port ?? (url.port === '' ? standard : Number(url.port)),
    path: url.pathname,
    hosts: url.port === '' ? [url.host, `${url.host}:${String(standard)}`] : [url.host],
  };
}

/**
 * Tells the one request that is listened for from everything else, before its query is looked at. `port` is the one
 * the connection came in on. Pure.
 *
 * - `Host` is checked against DNS rebinding, where a page of another site reaches this computer under its own name.
 * - `Origin` and Fetch Metadata, when there, must be those of a person's navigation: a page's fetch, image or frame
 *   must not use up the state. Clients that send neither are let through, and so is Node's own `fetch`, which names a
 *   mode and no destination: every browser names the destination.
 * - The target must be in origin form (RFC 9112 §3.2.1); the absolute form would bring a second host to check, and
 *   only clients of a proxy send it.
 */
export function readRequest({ method, url = '', headersDistinct }: Request, port: number, address: Address): Reading {
  const { host = [], origin = [], 'sec-fetch-dest': destination = [] } = headersDistinct;
  const hosts = hostsOn(port, address);
  if (host.length !== 1) return refused(400);
  if (!hosts.includes(host[0]?.toLowerCase() ?? '')) return refused(421);
  if (!url.startsWith('/')) return refused(400);
  const question = url.indexOf('?');
  if ((question < 0 ? url : url.slice(0, question)) !== address.path) return refused(404);
  if (method !== 'GET') return refused(405);
  const own = hosts.flatMap((name) => [`http://${name}`, `https://${name}`]);
  const navigated = destination.every((value) => value === 'document');
  if (!navigated || !origin.every((value) => own.includes(value))) return refused(403, strayWhy);
  return { kind: 'callback', query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)) };
}

const strayWhy = 'It was asked for by another page, not opened in a browser window.';

function hostsOn(port: number, { hosts }: Address): readonly string[] {
  const loopback = ['127.0.0.1', 'localhost', '[::1]'];
  const standard = port === 80 ? loopback : [];
  return [...loopback.map((name) => `${name}:${String(port)}`), ...standard, ...hosts];
}

function refused(status: number, why?: string): Reading {
  return { kind: 'refused', status, content: why === undefined ? { kind: 'not-here' } : { kind: 'refused', why } };
}
