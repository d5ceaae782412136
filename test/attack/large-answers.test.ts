import type { ServerResponse } from 'node:http';
import { expect, test as baseTest, vi } from 'vitest';
import { document, errorOf } from '../journeys/run.ts';
import { freshJourney, stateOf } from '../journeys/journey.ts';
import { startProxy } from './proxy.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 120_000 });

const megabyte = 1_048_576;

/** Sends a 50 MB response that begins like a valid one. */
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

test.for([
  ['the App Key is checked', '/api/v2/token/get', 1, 'network-failed'],
  ['the code is exchanged', '/api/v2/token/get', 2, 'exchange-uncertain'],
  ['the shops are listed', '/authorization/202309/shops', 1, 'network-failed'],
] as const)(
  'a 50 MB response while %s is cut off and reported, and the setup can continue afterward',
  async ([, path, nth, code], { onTestFinished }) => {
    const { machine, shop, connect, secret } = await freshJourney(onTestFinished);
    let [count, taken] = [0, 0];
    const origin = await startProxy(onTestFinished, shop.origin, (asked, response) => {
      const large = asked.path === path && (count += 1) === nth;
      if (large) flood(response, (bytes) => (taken += bytes));
      return large;
    });
    const env = { OTTOKIT_TIKTOK_ORIGIN: origin };

    const run = await machine.run([...connect, '--json'], { ...secret, env, limit: 60_000 });

    expect(run, run.stderr).toMatchObject({ exitCode: 1 });
    expect(errorOf(run).code).toBe(code);
    expect(errorOf(run).message).toContain('more than 1048576 bytes');
    expect((run.stdout + run.stderr).length).toBeLessThan(10_000);
    // The sockets' buffers take more than the one MiB that the program reads.
    expect(taken).toBeLessThan(20 * megabyte);
    expect(await stateOf(machine)).toBe('connecting');
    const again = await machine.run(['connect', '--json'], { env, limit: 60_000 });
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
    expect(document(again)).toMatchObject({ profile: 'default', appKey: shop.app.appKey });
    expect(shop.violations).toEqual([]);
  },
);
