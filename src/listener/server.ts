import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { attempt } from '../ground/attempt.ts';
import { loopbackNames } from '../ground/loopback.ts';
import { answer, type Answer, type Connections } from './connections.ts';

/** `hosts`: values of `Host` to accept besides the loopback names. Throws if an https Redirect URL has no `port`. */
export function addressOf(redirectUrl: string, port?: number) {
  const url = new URL(redirectUrl);
  if (url.protocol !== 'http:' && port === undefined) throw new TypeError('A forwarded Redirect URL needs a port.');
  const standard = url.protocol === 'http:' ? 80 : 443;
  const hosts = url.port === '' ? [url.host, `${url.host}:${String(standard)}`] : [url.host];
  return { port: port ?? Number(url.port || standard), path: url.pathname, hosts };
}

type Address = ReturnType<typeof addressOf>;

/**
 * Refuses all but the expected callback before reading its query. `port` is the port that the connection arrived on.
 *
 * - Checking `Host` prevents DNS rebinding, where another site's page reaches this computer under its own name.
 * - `Origin` and Fetch Metadata, if present, must show that the user navigated here: a prefetch or a page's fetch,
 *   image or frame must not use up the state. A client that sends neither isn't a current browser and is accepted.
 * - Only clients of a proxy send a target in absolute form (RFC 9112 §3.2.2), which has a second host to check.
 */
export function readRequest(
  { method, url = '', headersDistinct }: Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct'>,
  port: number,
  address: Address,
): URLSearchParams | Answer {
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

const notHere = (status: number): Answer => ({ status, content: { kind: 'not-here' } });

interface Parts {
  readonly address: Address;
  readonly connections: Connections;
  readonly receive: (query: URLSearchParams, connection: Duplex) => Answer | 'kept';
  readonly requestTimeoutMs: number;
}

const maxHeaderKiB = 16;

/** The response to a request that Node can't parse, by error code; 400 for any other. */
const answers: Readonly<Record<string, Answer>> = {
  ERR_HTTP_REQUEST_TIMEOUT: notHere(408),
  HPE_HEADER_OVERFLOW: {
    status: 431,
    // Browsers send the cookies of every program on this computer, whatever its port.
    content: {
      kind: 'refused',
      why: `The browser sent more than ${String(maxHeaderKiB)} KB, probably cookies. Delete the cookies for this address, or use a private window.`,
    },
  },
};

/** Creates a server that responds to at most one request per connection. No request can crash it. */
export function createListenerServer({ address, connections, receive, requestTimeoutMs }: Parts): Server {
  const server = createServer({
    maxHeaderSize: maxHeaderKiB * 1024,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs / 2),
    insecureHTTPParser: false,
    // Node's own response to a request without Host has none of our headers.
    requireHostHeader: false,
  });
  const answered = new WeakSet<Duplex>();

  const onRequest = (request: IncomingMessage, connection: Duplex = request.socket): void => {
    // The connection closes after its first request, so ignore everything after it.
    if (answered.has(connection)) return;
    answered.add(connection);
    // No request may crash the program, not even one that triggers a bug of ours.
    const verdict = attempt(() => {
      const read = readRequest(request, request.socket.localPort ?? 0, address);
      return read instanceof URLSearchParams ? receive(read, connection) : read;
    }, notHere(400));
    if (verdict === 'kept') connections.kept = request.socket;
    else void answer(connection, { ...verdict, withoutBody: request.method === 'HEAD' });
  };

  server.on('connection', (socket) => connections.admit(socket));
  // Without a handler, Node responds to these itself or not at all.
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) {
    server.on(event, (request: IncomingMessage) => onRequest(request));
  }
  server.on('connect', onRequest);
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    if (answered.has(connection)) return;
    answered.add(connection);
    // A browser opens spare connections, and would take a response on one as the response to its next request.
    if (connection instanceof Socket && connection.bytesRead === 0) connection.destroy();
    else void answer(connection, answers[error.code ?? ''] ?? notHere(400));
  });
  return server;
}
