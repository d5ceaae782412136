import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Clock, Http, HttpAnswer } from '../../src/ground/io.ts';
import { hostsOf, type Hosts } from '../../src/tiktok/portals.ts';

/** A request as TikTok Shop would receive it. */
export interface Seen {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The raw address, to search for values that must not be in it. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** `hang`: never responds. `cut`: closes the connection without a response. */
type Script = readonly (Reply | 'hang' | 'cut')[];

/** Starts a server that answers each request with the next entry of `script`, and any further request with 500. */
export async function tiktokShop(script: Script): Promise<{ hosts: Hosts; origin: string; seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const next = script[seen.length];
    seen.push(readRequest(request));
    if (next === 'cut') request.socket.destroy();
    else if (next !== 'hang') reply(response, next ?? { status: 500, body: 'an unexpected request' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { hosts: hostsOf('row', origin), origin, seen };
}

function readRequest({ method, url = '', headers }: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return { method, path: pathname, query: Object.fromEntries(searchParams), url, headers };
}

function reply(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  response.writeHead(status, headers);
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A minimal implementation of `Http` for loopback. */
export const http: Http = ({ method, url, headers = {}, timeout, signal }) =>
  new Promise((resolve) => {
    let sent = false;
    const deadline = AbortSignal.timeout(timeout);
    const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    const request = send(url, { method, headers, signal: either, agent: false });
    request.on('finish', () => (sent = true));
    request.on('error', (error: NodeJS.ErrnoException) => {
      const refused = error.code === 'ECONNREFUSED';
      const stopped = signal?.aborted === true ? 'aborted' : deadline.aborted ? 'timeout' : undefined;
      const reason = stopped ?? (refused ? 'refused' : 'connection-lost');
      resolve({ answered: false, reason, sent: sent && !refused, detail: error.code ?? 'unknown' });
    });
    request.on('response', (response) => {
      collect(response).then(resolve, () => undefined);
    });
    request.end();
  });

async function collect(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return { answered: true, status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') };
}

/** An `Http` that returns these answers in order, for failures that a test can't cause. A further request throws. */
export function scripted(answers: readonly HttpAnswer[]): { http: Http; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    http: () => {
      const answer = answers[calls];
      calls += 1;
      if (answer === undefined) throw new Error('an unexpected request');
      return Promise.resolve(answer);
    },
  };
}

export function noAnswer(
  reason: Extract<HttpAnswer, { answered: false }>['reason'],
  sent: boolean,
): Extract<HttpAnswer, { answered: false }> {
  return { answered: false, reason, sent, detail: 'ECODE' };
}

/** A clock that advances only during sleeps, and records each sleep. */
export function stillClock(now: number): Clock & { slept: readonly number[] } {
  const slept: number[] = [];
  const time = (): number => now + slept.reduce((sum, ms) => sum + ms, 0);
  return {
    slept,
    now: time,
    monotonic: time,
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
}
