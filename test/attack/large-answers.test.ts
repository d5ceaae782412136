import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test as anyTest, vi } from 'vitest';
import type { After } from '../journeys/machine.ts';
import { document, errorOf } from '../journeys/run.ts';
import { foreignSetting, stateOf } from '../journeys/setting.ts';

const test = anyTest.concurrent;

vi.setConfig({ testTimeout: 120_000 });

const megabyte = 1_048_576;

/** What stands in front of a TikTok Shop: one of its answers is of 50 MB, beginning like a good one. */
interface Front {
  readonly origin: string;
  /** Bytes that were taken of that answer. */
  readonly taken: () => number;
  /** The time from which on it answers as it should. */
  mend(): void;
}

async function startFront(after: After, shop: string, path: string, nth: number): Promise<Front> {
  let [count, taken, mended] = [0, 0, false];
  const server = createServer((incoming, response) => {
    const large = new URL(incoming.url ?? '/', shop).pathname === path && (count += 1) === nth && !mended;
    if (large) flood(response, (bytes) => (taken += bytes));
    else forward(incoming, response, shop);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { origin, taken: () => taken, mend: () => (mended = true) };
}

function flood(response: ServerResponse, took: (bytes: number) => void): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"code":0,"message":"');
  let left = 50;
  const more = (): void => {
    if (left === 0) response.end('"}');
    else if (!response.destroyed) {
      left -= 1;
      response.write(Buffer.alloc(megabyte, 'x'), () => {
        took(megabyte);
        more();
      });
    }
  };
  more();
}

function forward(incoming: IncomingMessage, response: ServerResponse, shop: string): void {
  const { method, headers, url = '/' } = incoming;
  const onward = request(new URL(url, shop), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  onward.end();
}

test.for([
  ['the App Key is checked', '/api/v2/token/get', 1, 'authorization-timeout', 'connecting'],
  ['the code is exchanged', '/api/v2/token/get', 2, 'exchange-uncertain', 'connecting'],
  ['the shops are listed', '/authorization/202309/shops', 1, 'network-failed', 'connecting'],
] as const)(
  'an answer of 50 MB when %s is cut off, told, and the setup goes on afterwards',
  async ([, path, nth, code, state], { onTestFinished }) => {
    const { machine, shop, connect, secret } = await foreignSetting(onTestFinished);
    const front = await startFront(onTestFinished, shop.origin, path, nth);
    const env = { OTTOKIT_TIKTOK_ORIGIN: front.origin };
    const flags = code === 'authorization-timeout' ? ['--no-browser', '--timeout', '0.001'] : [];

    const run = await machine.run([...connect, ...flags, '--json'], { ...secret, env, limit: 60_000 });

    expect(run, run.stderr).toMatchObject({ exitCode: 1 });
    expect(errorOf(run).code).toBe(code);
    expect(run.stderr + errorOf(run).message).toMatch(/large|more than 1048576 bytes/);
    expect((run.stdout + run.stderr).length).toBeLessThan(10_000);
    // What the sockets' buffers hold comes on top of the one MiB that is read.
    expect(front.taken()).toBeLessThan(20 * megabyte);
    expect(await stateOf(machine)).toBe(state);
    front.mend();
    const again = await machine.run(['connect', '--json'], { env, limit: 60_000 });
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect(document(again)).toMatchObject({ profile: 'default', appKey: shop.app.appKey });
    expect(shop.violations).toEqual([]);
  },
);
