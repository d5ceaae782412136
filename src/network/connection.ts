import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { defined } from '../ground/defined.ts';
import { NoAnswerError, explainError } from './no-answer.ts';
import { portOf, type ProxyServer, type Route } from './proxy.ts';

interface Opening {
  /** Newest first, because Node 20.20 can crash if a TCP socket is closed before the TLS socket on top of it. */
  readonly sockets: Socket[];
  readonly signal: AbortSignal;
}

/** Opens a connection to `url`, directly or through a proxy's tunnel. @throws an error for `explainError` */
export async function openConnection(url: URL, route: Route, opening: Opening): Promise<Socket> {
  if (typeof route === 'string') throw new NoAnswerError({ reason: 'proxy', detail: route });
  const socket = await (route === undefined
    ? openSocket(url, opening)
    : openTunnel(url, route, opening).catch(blameProxy));
  return url.protocol === 'https:' ? await secure(socket, url, opening) : socket;
}

/** Until the tunnel is open, all errors but this computer's limits are the proxy's, even an untrusted certificate. */
function blameProxy(thrown: unknown): never {
  const why = explainError(thrown);
  if (why.reason === 'proxy' || why.reason === 'limit') throw thrown;
  throw new NoAnswerError({ ...why, reason: 'proxy', detail: `no tunnel through the proxy: ${why.detail}` });
}

/** Resolves once the socket emits `event`. Ignores later errors, which would crash the program without a listener. */
async function awaitEvent<S extends Socket>(socket: S, event: string, { sockets, signal }: Opening): Promise<S> {
  sockets.unshift(socket.on('error', () => undefined));
  await once(socket, event, { signal });
  return socket;
}

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/u, '$1');

function openSocket(url: URL, opening: Opening): Promise<Socket> {
  const socket = connect({
    host: bareHost(url),
    port: Number(portOf(url)),
    autoSelectFamily: true,
    // Milliseconds until the host's next address is tried. Node's default of 250 is too short for slow networks.
    autoSelectFamilyAttemptTimeout: 2_000,
  });
  return awaitEvent(socket, 'connect', opening);
}

/** Opens a CONNECT tunnel (RFC 9110 section 9.3.6). */
async function openTunnel(url: URL, { origin, authorization }: ProxyServer, opening: Opening): Promise<Socket> {
  const proxy = new URL(origin);
  const plain = await openSocket(proxy, opening);
  const socket = proxy.protocol === 'https:' ? await secure(plain, proxy, opening) : plain;
  const authority = `${url.hostname}:${portOf(url)}`;
  const tunnelRequest = request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...defined({ 'proxy-authorization': authorization }) },
    createConnection: () => socket,
  });
  // Once the tunnel is open, the request inside it handles errors.
  tunnelRequest.on('error', () => undefined).end();
  const [{ statusCode = 0 }] = (await once(tunnelRequest, 'connect', { signal: opening.signal })) as [IncomingMessage];
  if (statusCode >= 200 && statusCode < 300) return socket;
  throw new NoAnswerError({ reason: 'proxy', detail: `proxy answered ${String(statusCode)}` });
}

/** Makes a TLS connection over `socket`. Verifies the certificate even if NODE_TLS_REJECT_UNAUTHORIZED is 0. */
async function secure(socket: Socket, url: URL, opening: Opening): Promise<Socket> {
  const host = bareHost(url);
  const servername = isIP(host) === 0 ? host : '';
  const secured = connectTls({ socket, host, servername, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true });
  let issuer: string | undefined;
  // This runs before Node verifies the certificate. If that fails, Node closes the socket, and the issuer is lost.
  secured.prependListener('secure', () => {
    const { O, CN } = secured.getPeerCertificate().issuer;
    issuer = [O, CN].flat().filter(Boolean).join(', ');
  });
  try {
    return await awaitEvent(secured, 'secureConnect', opening);
  } catch (thrown) {
    const why = explainError(thrown);
    // A connection lost at this point was lost during the TLS handshake.
    const reason = why.reason === 'connection-lost' ? 'tls' : why.reason;
    throw new NoAnswerError({ ...why, reason, ...defined({ issuer }) });
  }
}
