import { readFile } from 'node:fs/promises';
import { request as startRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { once } from '../ground/once.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Sends a request over `socket`, which is used for nothing else. Rejects if the connection ends before a response. */
type Exchange = (request: {
  readonly socket: Socket;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}) => Promise<RawAnswer>;

/** Returns undici, or Node's own client where undici's WebAssembly parser can't run. */
export const loadExchange = once(async (): Promise<Exchange> => {
  if (!(await canUseWebAssembly())) return exchangeByNode;
  const { Client } = await import('undici');
  // At exit, Node 20 waits until V8 has optimized undici's parser, which takes longer than a command's requests. The
  // unoptimized parser is fast enough.
  setFlagsFromString('--liftoff-only');
  return async ({ socket, method, url, headers }) => {
    // undici never sends the request if the callback is called synchronously. It reconnects if the connection ends
    // without a response, but no request may be sent twice.
    const client = new Client(url.origin, {
      connect: (_, callback) =>
        queueMicrotask(() =>
          socket.destroyed ? callback(new Error('closed without an answer'), null) : callback(null, socket),
        ),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    socket.once('close', () => void client.destroy());
    const path = `${url.pathname}${url.search}`;
    const answer = await client.request({ method, path, headers: { ...headers }, reset: true });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  };
});

/**
 * `node --jitless` has no WebAssembly. Each WebAssembly memory reserves about 10 GiB of address space. That fails under
 * a limit (`ulimit -v`, shared hosting), sometimes with an error that can't be caught, so we don't just try it.
 */
async function canUseWebAssembly(): Promise<boolean> {
  if (!('WebAssembly' in globalThis)) return false;
  // Only Linux has this file. macOS doesn't enforce the limit, and Windows has none.
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, limit = 'unlimited'] = /^Max address space\s+(\S+)/mu.exec(limits) ?? [];
  return limit === 'unlimited';
}

const exchangeByNode: Exchange = async ({ socket, method, url, headers }) => {
  const path = `${url.pathname}${url.search}`;
  const allHeaders = { host: url.host, ...headers };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    startRequest({ method, path, headers: allHeaders, createConnection: () => socket }, resolve)
      .on('error', reject)
      .on('close', () => reject(new Error('closed without an answer')))
      .end();
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer as AsyncIterable<Buffer> };
};
