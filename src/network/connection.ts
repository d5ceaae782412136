import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { defined } from '../ground/defined.ts';
import { ConnectError, explainError } from './no-answer.ts';
import { bareHost, portOf, type Route } from './proxy.ts';
import { keep, secure, type Opening } from './tls.ts';

/** Milliseconds for each address of a host before the next is tried; Node's 250 are too short for a slow network. */
const attemptTimeout = 2_000;

/**
 * Opens a connection to `url`, directly or through a proxy's tunnel.
 * @throws what `explainError` explains
 */
export async function openConnection(
  url: URL,
  route: Exclude<Route, { kind: 'unusable' }>,
  opening: Opening,
): Promise<Socket> {
  const opened = route.kind === 'direct' ? openSocket(url, opening) : openTunnel(url, route, opening).catch(blameProxy);
  return url.protocol === 'https:' ? await secure(await opened, url, opening) : await opened;
}

/** Until the tunnel is open, every problem is the proxy's, even an untrusted certificate. */
function blameProxy(thrown: unknown): never {
  const why = explainError(thrown);
  if (why.reason === 'proxy') throw thrown;
  throw new ConnectError({ ...why, reason: 'proxy', detail: `no tunnel through the proxy: ${why.detail}` });
}

async function openSocket(url: URL, opening: Opening): Promise<Socket> {
  const socket = connect({
    host: bareHost(url),
    port: Number(portOf(url)),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptTimeout,
  });
  keep(socket, opening);
  await once(socket, 'connect', { signal: opening.signal });
  return socket;
}

/** A CONNECT tunnel, RFC 9110 section 9.3.6. */
async function openTunnel(
  url: URL,
  { origin, authorization }: Extract<Route, { kind: 'proxy' }>,
  opening: Opening,
): Promise<Socket> {
  const proxy = new URL(origin);
  const plain = await openSocket(proxy, opening);
  const socket = proxy.protocol === 'https:' ? await secure(plain, proxy, opening) : plain;
  const authority = `${url.hostname}:${portOf(url)}`;
  const asked = request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...defined({ 'proxy-authorization': authorization }) },
    createConnection: () => socket,
  });
  // An error after the tunnel is open belongs to the request inside it.
  asked.on('error', () => undefined);
  const answered = once(asked, 'connect', { signal: opening.signal });
  asked.end();
  const [{ statusCode = 0 }] = (await answered) as [IncomingMessage];
  if (statusCode >= 200 && statusCode < 300) return socket;
  throw new ConnectError({ reason: 'proxy', detail: `proxy answered ${String(statusCode)}` });
}
