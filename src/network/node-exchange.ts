import { request as ask, type IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.ts';

/** The exchange by Node's own client, whose parser is native. */
export const exchangeByNode: Exchange = async ({ socket, method, url, headers }) => {
  const asked = ask({
    method,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...headers },
    createConnection: () => socket,
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on('response', resolve).on('error', reject);
    asked.on('close', () => {
      reject(new Error('closed without an answer'));
    });
    asked.end();
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer as AsyncIterable<Buffer> };
};
