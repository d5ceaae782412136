import { setFlagsFromString } from 'node:v8';
import { Client } from 'undici';
import type { Exchange } from './exchange.ts';

/** The exchange by undici, over a connection that `connection.ts` has opened. The caller limits the time. */
export const exchangeByUndici: Exchange = async ({ socket, method, url, headers }) => {
  // Node 20 waits at its end for V8's optimized version of undici's parser, which takes longer than all requests of a
  // command. The first version is fast enough for them.
  setFlagsFromString('--liftoff-only');
  let isConnected = false;
  const client = new Client(url.origin, {
    connect: (_, callback) => {
      // undici connects again if the connection ends before an answer, but nothing may be sent twice.
      const outcome = isConnected
        ? ([new Error('closed without an answer'), null] as const)
        : ([null, socket] as const);
      isConnected = true;
      // undici expects it later, and never sends otherwise.
      queueMicrotask(() => {
        callback(...outcome);
      });
    },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  socket.once('close', () => void client.destroy());
  const answer = await client.request({
    method,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers },
    reset: true,
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
};
