import { request as ask, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** A request for a connection that is open, and used for nothing else. */
interface OpenedRequest {
  readonly socket: Socket;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends a request and reads the answer's head. Rejects if the connection ends before that.
 *
 * Node's own client, because undici's parser is WebAssembly, which `--jitless` and a limit on address space (`ulimit -v`,
 * shared hosting) take away.
 */
export async function exchange({ socket, method, url, headers }: OpenedRequest): Promise<IncomingMessage> {
  const asked = ask({
    method,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...headers },
    createConnection: () => socket,
  });
  return await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on('response', resolve).on('error', reject);
    asked.on('close', () => {
      reject(new Error('closed without an answer'));
    });
    asked.end();
  });
}
