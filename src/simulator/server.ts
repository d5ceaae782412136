import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why such a request must not be sent to TikTok Shop. Contains none of the request's values. */
  readonly refused?: string;
}

interface Behavior {
  /** 0: any port. */
  readonly port: number;
  /** TikTok Shop's clock, in milliseconds since 1970, for the `Date` header. */
  readonly now: () => number;
  /** If this throws or rejects, the connection is closed. */
  readonly answerTo: (request: Received) => Reply | Promise<Reply>;
}

/** Rejects with the system's error if it can't listen on 127.0.0.1. `close` closes all connections immediately. */
export async function serve({ port, now, answerTo }: Behavior) {
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await answerTo(await receive(incoming));
    const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
    response.writeHead(status, { ...always, date: new Date(now()).toUTCString(), ...headers }).end(body);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  // If a connection can't be accepted later (too many open files), the program must not crash.
  server.on('error', () => undefined);
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const largestBody = 64 * 1024;

/** Rejects if the client disconnects or the body is too large. */
async function receive(request: IncomingMessage): Promise<Received> {
  const { headersDistinct, method = '', url = '' } = request;
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    body += chunk;
    if (body.length > largestBody) throw new Error('The body is too large.');
  }
  const headers = Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, String(values)]));
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  return { method, path, query: new URLSearchParams(query), headers, body };
}

export const success = (message: string, data: unknown, requestId: string): Reply =>
  json(200, { code: 0, message, data, request_id: requestId });

/** The plain text can't be mistaken for TikTok Shop's response. */
export function refuse(why: string, { status = 400, text = `simulated TikTok Shop: ${why}` } = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n`, refused: why };
}

export function refuseParameters(
  query: URLSearchParams,
  known: readonly string[],
  needed: readonly string[],
): Reply | null {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(`this endpoint has no parameter ${unknown}`);
  const missing = needed.find((name) => !query.get(name));
  return missing === undefined ? null : refuse(`${missing} is missing`);
}

export const redirect = (status: 302 | 303, location: string): Reply => ({ status, headers: { location }, body: '' });

export function json(status: number, body: Record<string, unknown>): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
