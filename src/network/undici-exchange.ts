import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { Client } from 'undici';

/** The status and headers of a response, and its body as it arrives. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Sends a request over `socket`, which is used for nothing else. Rejects if the connection ends before a response. */
export type Exchange = (request: {
  readonly socket: Socket;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}) => Promise<RawAnswer>;

export const exchangeByUndici: Exchange = async ({ socket, method, url, headers }) => {
  // At exit, Node 20 waits until V8 has optimized undici's parser, which takes longer than a command's requests. The
  // unoptimized parser is fast enough.
  setFlagsFromString('--liftoff-only');
  let isConnected = false;
  const client = new Client(url.origin, {
    connect: (_, callback) => {
      // undici reconnects if the connection ends without a response, but no request may be sent twice.
      const outcome = isConnected
        ? ([new Error('closed without an answer'), null] as const)
        : ([null, socket] as const);
      isConnected = true;
      // undici never sends the request if this is called synchronously.
      queueMicrotask(() => callback(...outcome));
    },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  socket.once('close', () => void client.destroy());
  const path = `${url.pathname}${url.search}`;
  const answer = await client.request({ method, path, headers: { ...headers }, reset: true });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
};
