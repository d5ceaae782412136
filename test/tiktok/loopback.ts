import type { IncomingMessage } from 'node:http';
import type { Clock, Http, HttpAnswer } from '../../src/ground/io.ts';
import { makeHttp } from '../../src/network/http.ts';
import { hostsOf, type Hosts } from '../../src/tiktok/portals.ts';
import { serve } from '../network/servers.ts';

export const { http } = makeHttp({ env: {}, userAgent: 'ottokit-tiktok/test' });

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

/** `cut`: closes the connection without a response. */
type Script = readonly (Reply | 'cut')[];

/** Starts a server that answers each request with the next entry of `script`, and any further request with 500. */
export async function tiktokShop(script: Script): Promise<{ hosts: Hosts; origin: string; seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const { origin } = await serve((request, response) => {
    const reply = script[seen.length] ?? { status: 500, body: 'an unexpected request' };
    seen.push(readRequest(request));
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    const { status = 200, headers = {}, body } = reply;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return { hosts: hostsOf('row', origin), origin, seen };
}

function readRequest({ method, url = '', headers }: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return { method, path: pathname, query: Object.fromEntries(searchParams), url, headers };
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
