import { readFile } from 'node:fs/promises';
import { request as startRequest, type IncomingMessage } from 'node:http';
import { once } from '../ground/once.ts';
import type { Exchange } from './undici-exchange.ts';

/** Returns undici, or Node's own client where undici's WebAssembly parser can't run. */
export const loadExchange = once(async (): Promise<Exchange> => {
  if (!(await canUseWebAssembly())) return exchangeByNode;
  // Import undici only when needed, because it loads more slowly than the rest of the program.
  return (await import('./undici-exchange.ts')).exchangeByUndici;
});

/**
 * `node --jitless` has no WebAssembly. Each WebAssembly memory reserves about 10 GiB of address space, so it fails
 * under a limit (`ulimit -v`, shared hosting), sometimes with an error that can't be caught. Trying it first doesn't
 * help, because the trial's memory stays reserved until V8 collects it.
 */
async function canUseWebAssembly(): Promise<boolean> {
  if (!('WebAssembly' in globalThis)) return false;
  // Only Linux has this file. macOS doesn't enforce the limit, and Windows has none.
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, limit = 'unlimited'] = /^Max address space\s+(\S+)/mu.exec(limits) ?? [];
  return limit === 'unlimited';
}

const exchangeByNode: Exchange = async ({ socket, method, url, headers }) => {
  const clientRequest = startRequest({
    method,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...headers },
    createConnection: () => socket,
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    clientRequest.on('response', resolve).on('error', reject);
    clientRequest.on('close', () => reject(new Error('closed without an answer')));
    clientRequest.end();
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer as AsyncIterable<Buffer> };
};
