import { readFile } from 'node:fs/promises';
import { request as ask, type IncomingMessage } from 'node:http';
import type { Exchange } from './undici-exchange.ts';

let chosen: Promise<Exchange> | undefined;

/** Sends with undici, or with Node's own client if undici's parser can't run, which is WebAssembly. */
export const exchange: Exchange = async (request) => await (await (chosen ??= choose()))(request);

async function choose(): Promise<Exchange> {
  if (!(await canUseWebAssembly())) return exchangeByNode;
  // Loaded here because it takes longer than the rest of the program.
  return (await import('./undici-exchange.ts')).exchangeByUndici;
}

/**
 * `--jitless` removes WebAssembly. Each WebAssembly memory reserves about 10 GiB of address space, which a limit on
 * that (`ulimit -v`, shared hosting) refuses, sometimes with an error that can't be caught. A trial reservation would
 * prove nothing, because it is only released when V8 collects it.
 */
async function canUseWebAssembly(): Promise<boolean> {
  if (!('WebAssembly' in globalThis)) return false;
  // Only Linux has this file. macOS doesn't enforce such a limit, and Windows has none.
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, limit = 'unlimited'] = /^Max address space\s+(\S+)/mu.exec(limits) ?? [];
  return limit === 'unlimited';
}

const exchangeByNode: Exchange = async ({ socket, method, url, headers }) => {
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
