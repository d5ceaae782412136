import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answer, type Answer } from './answer.ts';
import type { Connections } from './connections.ts';
import { readRequest, type Address } from './request.ts';

interface Parts {
  readonly address: Address;
  readonly connections: Connections;
  readonly reception: { receive(query: URLSearchParams, connection: Duplex): Answer | 'kept' };
  /** Milliseconds in which a request must have come. */
  readonly patience: number;
}

/** A server that answers one request on each connection, whatever it is, and is never brought down by one. */
export function createListenerServer({ address, connections, reception, patience }: Parts): Server {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    requestTimeout: patience,
    connectionsCheckingInterval: Math.min(1_000, patience / 2),
    insecureHTTPParser: false,
    // A request without Host is answered here, with the headers that every answer has.
    requireHostHeader: false,
  });
  const spoken = new WeakSet<Duplex>();

  const onRequest = (request: IncomingMessage, connection: Duplex): void => {
    // What follows the first request on a connection is not looked at: it closes anyway.
    if (spoken.has(connection)) return;
    spoken.add(connection);
    const what = judged(() => {
      const reading = readRequest(request, request.socket.localPort ?? 0, address);
      return reading.kind === 'callback' ? reception.receive(reading.query, connection) : reading;
    });
    if (what === 'kept') connections.keep(request.socket);
    else void answer(connection, { ...what, withoutBody: request.method === 'HEAD' });
  };

  server.on('connection', (socket) => {
    connections.admit(socket);
  });
  // Each of these is answered by Node itself, or not at all, when nobody listens for it.
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) {
    server.on(event, (request: IncomingMessage) => {
      onRequest(request, request.socket);
    });
  }
  server.on('connect', onRequest);
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    if (spoken.has(connection)) return;
    spoken.add(connection);
    // A browser opens connections ahead of need; an answer to nothing could be taken for that of its next request.
    if (connection instanceof Socket && connection.bytesRead === 0) connection.destroy();
    else void answer(connection, { status: statusOf(error.code), content: { kind: 'not-here' } });
  });
  return server;
}

/** No request may bring the program down, not even one that shows a mistake of ours. */
function judged(judge: () => Answer | 'kept'): Answer | 'kept' {
  try {
    return judge();
  } catch {
    return { status: 400, content: { kind: 'not-here' } };
  }
}

function statusOf(code: string | undefined): number {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 431;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return 400;
  }
}
