import { expect } from 'vitest';
import { dial, request, send, type Dialed, type Reply } from '../listener/probe.ts';
import type { After } from '../journeys/machine.ts';
import type { Run } from '../journeys/run.ts';
import { freshJourney, type Journey } from '../journeys/journey.ts';

/** A running `connect` that waits for the browser, and the redirect it waits for. */
export interface WaitingLogin {
  readonly journey: Journey;
  readonly pid: number;
  readonly port: number;
  readonly state: string;
  /** Path and query of the redirect, with the code from TikTok Shop. */
  readonly validTarget: string;
  /** The same path, with a changed query. */
  readonly target: (change: (query: URLSearchParams) => void) => string;
  readonly dial: (host?: string) => Dialed;
  /** Sends these bytes on a new connection; resolves when the connection closes. */
  readonly send: (bytes: string) => Promise<Reply>;
  /** Sends one request with the right `Host` and these additional headers. */
  readonly ask: (method: string, target: string, ...headers: readonly string[]) => Promise<Reply>;
  /** Sends the redirect as a browser does. Later calls return the first response. */
  readonly arrive: () => Promise<Reply>;
  readonly ended: Promise<Run>;
  /** Sends the redirect and expects the program to connect the shop and exit. */
  readonly completes: () => Promise<{ page: Reply; run: Run }>;
}

const address = /^http:\/\/127\.0\.0\.1:\d+\/open\/authorize\?\S+$/m;

/** Milliseconds that a busy machine may need. */
const limit = 120_000;

export async function waitingLogin(after: After, flags: readonly string[] = ['--json']): Promise<WaitingLogin> {
  const journey = await freshJourney(after);
  const { machine, connect, secret, redirectUrl } = journey;
  const running = machine.start([...connect, '--no-browser', ...flags], { ...secret, limit });
  const [authorize] = await running.seen(address);
  const back = new URL(await redirectOf(await redirectOf(authorize)));
  const port = Number(new URL(redirectUrl).port);
  const validTarget = back.pathname + back.search;
  const call = (bytes: string): Promise<Reply> => send(port, bytes, '127.0.0.1', after);
  const ask: WaitingLogin['ask'] = (method, target, ...headers) =>
    call(request(method, target, [`Host: 127.0.0.1:${String(port)}`, ...headers]));
  let arrived: Promise<Reply> | undefined;
  const arrive = (): Promise<Reply> => (arrived ??= ask('GET', validTarget, ...navigation));
  return {
    ...{
      journey,
      pid: running.pid,
      port,
      validTarget,
      state: back.searchParams.get('state') ?? '',
      ask,
      arrive,
      ended: running.ended,
    },
    target(change) {
      const query = new URLSearchParams(back.search);
      change(query);
      return `${back.pathname}?${query.toString()}`;
    },
    dial: (host) => dial(port, host, after),
    send: call,
    async completes() {
      const page = await arrive();
      const run = await running.ended;
      expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
      expect(page.body).toContain('TikTok Shop is connected');
      return { page, run };
    },
  };
}

/** The headers with which a browser describes a navigation caused by a redirect. */
const navigation = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Site: cross-site'];

async function redirectOf(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '', url).href;
}

/** Checks the headers that every response from the listener must have. */
export function expectGuarded({ headers, raw }: Reply): void {
  expect(Object.fromEntries(headers), raw).toMatchObject({
    connection: 'close',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; /) as string,
  });
  for (const name of headers.keys()) expect(name).not.toMatch(/^(access-control-|server$)/);
}
