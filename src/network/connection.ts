import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { defined } from '../ground/defined.ts';
import { ConnectError, explainError } from './no-answer.ts';
import { portOf, type Route } from './proxy.ts';

/** The sockets of one request, in the order in which they were opened. The caller closes all of them. */
interface Opening {
  readonly sockets: Socket[];
  readonly signal: AbortSignal;
}

/** Milliseconds for each address of a host before the next is tried; Node's 250 are too short for a slow network. */
const attemptTimeout = 2_000;

/** Opens a connection to `url`, directly or through a proxy's tunnel. @throws what `explainError` explains */
export async function openConnection(
  url: URL,
  route: Exclude<Route, { kind: 'unusable' }>,
  opening: Opening,
): Promise<Socket> {
  const opened = route.kind === 'direct' ? openSocket(url, opening) : openTunnel(url, route, opening).catch(blameProxy);
  return url.protocol === 'https:' ? await secure(await opened, url, opening) : await opened;
}

/**
 * Closes a TLS socket before the underlying socket, which was opened first: in the other order, right after the
 * handshake, Node 20.20 crashes with a segmentation fault.
 */
export function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets.toReversed()) socket.destroy();
}

/** Until the tunnel is open, every problem is the proxy's, even an untrusted certificate. */
function blameProxy(thrown: unknown): never {
  const why = explainError(thrown);
  if (why.reason === 'proxy') throw thrown;
  throw new ConnectError({ ...why, reason: 'proxy', detail: `no tunnel through the proxy: ${why.detail}` });
}

/** Resolves once the socket emits `event`. Later errors don't matter, but without a listener they would crash us. */
async function awaitEvent<S extends Socket>(socket: S, event: string, { sockets, signal }: Opening): Promise<S> {
  sockets.push(socket.on('error', () => undefined));
  await once(socket, event, { signal });
  return socket;
}

/** The host name, without the brackets of an IPv6 address. */
const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/u, '$1');

function openSocket(url: URL, opening: Opening): Promise<Socket> {
  const socket = connect({
    host: bareHost(url),
    port: Number(portOf(url)),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptTimeout,
  });
  return awaitEvent(socket, 'connect', opening);
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

/** Makes a TLS connection over `socket` and verifies the certificate, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
async function secure(socket: Socket, url: URL, opening: Opening): Promise<Socket> {
  const host = bareHost(url);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const secured = connectTls({ socket, host, ...servername, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true });
  let issuer: string | undefined;
  // Runs before Node verifies the certificate: if it isn't trusted, Node closes the socket and the issuer is lost.
  secured.prependListener('secure', () => {
    const { O, CN } = secured.getPeerCertificate().issuer;
    issuer = [O, CN].flat().filter(Boolean).join(', ');
  });
  try {
    return await awaitEvent(secured, 'secureConnect', opening);
  } catch (thrown) {
    const why = explainError(thrown);
    if (why.reason.startsWith('tls')) throw new ConnectError({ ...why, ...defined({ issuer }) });
    // A connection that is lost before it can be used was lost during the TLS handshake.
    throw new ConnectError(why.reason === 'connection-lost' ? { ...why, reason: 'tls' } : why);
  }
}
