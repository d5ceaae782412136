import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { After } from '../journeys/machine.ts';

/** Returns whether it answered the request; if not, TikTok Shop answers it. */
export type Answer = (
  asked: { path: string; url: URL; incoming: IncomingMessage },
  response: ServerResponse,
) => boolean;

/** Starts a proxy in front of a simulated TikTok Shop. Returns the proxy's origin. */
export async function startProxy(after: After, shop: string, answer: Answer): Promise<string> {
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', shop);
    if (!answer({ path: url.pathname, url, incoming }, response)) forward(url, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function forward(url: URL, { method, headers }: IncomingMessage, response: ServerResponse): void {
  const onward = request(url, { method, headers }, (received) => {
    response.writeHead(received.statusCode ?? 502, received.headers);
    received.pipe(response);
  });
  onward.once('error', () => response.destroy());
  onward.end();
}
