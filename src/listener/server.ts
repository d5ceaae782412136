import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { attempt } from '../ground/attempt.ts';
import { answer, type Answer, type Connections } from './connections.ts';
import { notHere, readRequest, type Address } from './request.ts';

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

/** Creates a server that responds to exactly one request per connection. No request can crash it. */
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
