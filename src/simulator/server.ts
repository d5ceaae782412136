import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from './answers.ts';
import { receive, type Received } from './received.ts';

export interface Server {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly origin: string;
  /** Closes every connection at once. */
  readonly close: () => Promise<void>;
}

interface Behavior {
  /** 0 means any port. */
  readonly port: number;
  /** TikTok Shop's clock, in milliseconds since 1970; answers are dated by it. */
  readonly now: () => number;
  /** The connection is cut when this throws or rejects. */
  readonly answerTo: (request: Received) => Reply | Promise<Reply>;
}

/** Listens on 127.0.0.1. Rejects with the system's error if the port can't be bound. */
export async function serve({ port, now, answerTo }: Behavior): Promise<Server> {
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await answerTo(await receive(incoming));
    const date = new Date(now()).toUTCString();
    response.writeHead(status, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', date, ...headers });
    response.end(body);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
