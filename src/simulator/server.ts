import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from './answers.ts';
import { receive, type Received } from './received.ts';

interface Behavior {
  /** 0 means any port. */
  readonly port: number;
  /** TikTok Shop's clock, in milliseconds since 1970; answers are dated by it. */
  readonly now: () => number;
  /** The connection is cut when this throws or rejects. */
  readonly answerTo: (request: Received) => Reply | Promise<Reply>;
}

/** Listens on 127.0.0.1, or rejects with the system's error. `close` ends every connection at once. */
export async function serve({ port, now, answerTo }: Behavior) {
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await answerTo(await receive(incoming));
    const date = new Date(now()).toUTCString();
    response.writeHead(status, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', date, ...headers });
    response.end(body);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
