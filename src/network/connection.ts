import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { defined } from '../ground/defined.ts';
import { explainError, explainProxyError, type NoAnswer } from './no-answer.ts';
import { hostAndPort, type Route } from './proxy.ts';

/** The sockets of one request; the caller closes all of them. */
export interface Opening {
  readonly sockets: Socket[];
  readonly signal: AbortSignal;
}

/** No connection was made, so nothing was sent. */
export class ConnectError extends Error {
  readonly why: NoAnswer;

  constructor(why: NoAnswer) {
    super(why.detail);
    this.name = 'ConnectError';
    this.why = why;
  }
}

/** Milliseconds for each address of a host before the next is tried; Node's 250 are too few for a slow network. */
const attemptTimeout = 2_000;

/**
 * Opens a connection to `url`, directly or through a proxy's tunnel; for https its certificate is verified, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 * @throws ConnectError
 */
export async function openConnection(
  url: URL,
  route: Exclude<Route, { kind: 'unusable' }>,
  opening: Opening,
): Promise<Socket> {
  const socket =
    route.kind === 'direct'
      ? await openSocket(url, opening).catch(raise(explainError))
      : await openTunnel(url, route, opening).catch(raise(explainProxyError));
  return url.protocol === 'https:' ? await secure(socket, url, opening) : socket;
}

const raise =
  (explain: (thrown: unknown) => NoAnswer) =>
  (thrown: unknown): never => {
    throw thrown instanceof ConnectError ? thrown : new ConnectError(explain(thrown));
  };

async function openSocket(url: URL, { sockets, signal }: Opening): Promise<Socket> {
  const port = Number(hostAndPort(url).port);
  const socket = connect({
    host: bareHost(url),
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptTimeout,
  });
  keep(socket, sockets);
  await once(socket, 'connect', { signal });
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
  const { host, port } = hostAndPort(url);
  const authority = `${host}:${port}`;
  const asked = request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...defined({ 'proxy-authorization': authorization }) },
    createConnection: () => socket,
  });
  // Also for an error after the tunnel is open, which belongs to the request inside it.
  asked.on('error', () => undefined);
  const answered = once(asked, 'connect', { signal: opening.signal });
  asked.end();
  const [{ statusCode = 0 }] = (await answered) as [IncomingMessage];
  if (statusCode >= 200 && statusCode < 300) return socket;
  throw new ConnectError({ reason: 'proxy', detail: `proxy answered ${String(statusCode)}` });
}

/** The verified TLS connection over `socket`. */
async function secure(socket: Socket, url: URL, { sockets, signal }: Opening): Promise<Socket> {
  const host = bareHost(url);
  const secured = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  });
  let issuer: string | undefined;
  // Before the verification, which closes the socket of a certificate that isn't trusted.
  secured.prependListener('secure', () => {
    const { O, CN } = secured.getPeerCertificate().issuer;
    issuer = [O, CN].flat().filter(Boolean).join(', ');
  });
  keep(secured, sockets);
  try {
    await once(secured, 'secureConnect', { signal });
    return secured;
  } catch (thrown) {
    const why = explainError(thrown);
    if (why.reason.startsWith('tls')) throw new ConnectError({ ...why, ...defined({ issuer }) });
    // A connection that is reset before it can be used was reset in the TLS handshake.
    throw new ConnectError(why.reason === 'connection-lost' ? { ...why, reason: 'tls' } : why);
  }
}

/** Without the brackets of an IPv6 address. */
const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/u, '$1');

/** The step that waits handles a socket's error; one that comes later concerns nobody. */
function keep(socket: Socket, sockets: Socket[]): void {
  socket.on('error', () => undefined);
  sockets.push(socket);
}
