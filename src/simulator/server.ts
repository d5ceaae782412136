import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { refuse, type Answer, type Reply } from './answers.ts';
import { receive, type Received } from './received.ts';

/** A request that was answered, or is being answered. Holds what was sent, secrets too: for tests, never to print. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** TikTok Shop's clock: milliseconds since 1970. */
  readonly at: number;
  /** `status` is 0 as long as there is no answer. `code` is TikTok Shop's. */
  readonly answered: { readonly status: number; readonly code?: number };
  /** What was odd about it. */
  readonly note?: string;
}

/** A request that no TikTok Shop would be asked, and why. Holds no value that was sent. */
export interface UnexpectedRequest {
  readonly method: string;
  readonly path: string;
  readonly why: string;
}

/** What the server asks about each request. */
interface Behaviour {
  readonly now: () => number;
  readonly delayOf: (request: Received) => number;
  readonly answerTo: (request: Received) => Answer;
}

export interface Server {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly origin: string;
  readonly requests: readonly LoggedRequest[];
  readonly unexpected: readonly UnexpectedRequest[];
  /** Ends every connection and every wait at once. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Rejects with the system's error when the port cannot be had. */
export async function serve(port: number, behaviour: Behaviour): Promise<Server> {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  const requests: LoggedRequest[] = [];
  const unexpected: UnexpectedRequest[] = [];

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(incoming);
    const at = behaviour.now();
    const place = requests.push(logged(request, at)) - 1;
    const answer = understand(request, behaviour);
    await pause(behaviour.delayOf(request), response, closing.signal);
    if (answer === 'no-answer') {
      response.destroy();
      return;
    }
    requests[place] = logged(request, at, answer);
    if (answer.refused !== undefined) {
      unexpected.push({ method: request.method, path: request.path, why: answer.refused });
    }
    send(response, answer, behaviour.now());
  };

  const server = createServer((incoming, response) => {
    // The client went away or the simulator is closing: there is nobody to answer.
    handle(incoming, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    unexpected,
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Rejects when the client goes away or the simulator closes meanwhile. */
async function pause(ms: number, response: ServerResponse, closing: AbortSignal): Promise<void> {
  if (ms === 0) return;
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  await delay(ms, undefined, { signal: AbortSignal.any([closing, gone.signal]) });
}

/** A mistake in the simulator must show in the test that met it, not end the process. */
function understand(request: Received, { answerTo }: Behaviour): Answer {
  try {
    return answerTo(request);
  } catch (thrown) {
    return refuse(`a mistake in the simulator: ${String(thrown)}`, { status: 500 });
  }
}

function logged({ method, path, query, headers }: Received, at: number, answer?: Reply): LoggedRequest {
  const code = answer?.code;
  const oddity = answer?.refused ?? answer?.note;
  return {
    method,
    path,
    query: Object.fromEntries(query),
    headers,
    at,
    answered: { status: answer?.status ?? 0, ...(code === undefined ? {} : { code }) },
    ...(oddity === undefined ? {} : { note: oddity }),
  };
}

/** Every answer is dated by TikTok Shop's clock: that is how a client finds out that its own is wrong. */
function send(response: ServerResponse, { status, headers, body }: Reply, now: number): void {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    date: new Date(now).toUTCString(),
    ...headers,
  });
  response.end(body);
}
