import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authorizationAddress, start } from './client.ts';

/** Starts a small server that records the requests of the returning browser. */
async function callback(status: number): Promise<{ redirectUrl: string; came: { method: string; url: string }[] }> {
  const came: { method: string; url: string }[] = [];
  const server = createServer((request, response) => {
    came.push({ method: request.method ?? '', url: request.url ?? '' });
    response.writeHead(status).end('thank you');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { redirectUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/callback`, came };
}

describe('the seller', () => {
  test('signs in, approves, and arrives at the Redirect URL with a plain GET', async () => {
    const { redirectUrl, came } = await callback(200);
    const simulator = await start({ redirectUrl });
    const outcome = await simulator.approveAsSeller(authorizationAddress(simulator, 'mine'));
    expect(outcome.status).toBe(200);
    expect(came).toEqual([{ method: 'GET', url: outcome.redirectedTo?.replace(/^http:\/\/[^/]+/, '') }]);
    expect(came[0]?.url).toContain(`code=${simulator.issued.codes[0] ?? '?'}`);
    expect(came[0]?.url).toMatch(/^\/callback\?.*state=mine$/);
  });

  test('reports the status of the page at the Redirect URL', async () => {
    const { redirectUrl } = await callback(400);
    const simulator = await start({ redirectUrl });
    expect(await simulator.approveAsSeller(authorizationAddress(simulator))).toMatchObject({ status: 400 });
  });

  test('denies in the scenario “deny”', async () => {
    const { redirectUrl, came } = await callback(200);
    const simulator = await start({ redirectUrl, scenario: 'deny' });
    await simulator.approveAsSeller(authorizationAddress(simulator, 'mine'));
    expect(came).toEqual([{ method: 'GET', url: '/callback?code=null&error=auth_denied&state=mine' }]);
  });

  test('never opens an address outside the simulator', async () => {
    const simulator = await start();
    const real = `https://services.tiktokshop.com/open/authorize?service_id=${simulator.app.serviceId}&state=s`;
    await expect(simulator.approveAsSeller(real)).rejects.toThrow('not the simulator');
    expect(simulator.requests).toEqual([]);
  });

  test('can be aborted', async () => {
    const simulator = await start({ latency: 60_000 });
    const calledOff = new AbortController();
    const visit = expect(
      simulator.approveAsSeller(authorizationAddress(simulator), calledOff.signal),
    ).rejects.toThrow();
    while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    calledOff.abort();
    await visit;
    expect(simulator.issued.codes).toEqual([]);
  });
});
