import { request } from 'node:http';
import { connect as openSocket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listeningServer, tooManyFiles } from '../tools/listening-server.ts';
import { startSimulator } from './simulator.ts';
import { ask, authorizationAddress, authorize, connect, redirectUrl, signedCall, start, tokenCall } from './client.ts';

/** Sends a request with this Host and returns the status. */
function withHost(origin: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${origin}/favicon.ico`, { headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

describe('the server', () => {
  test('creates a new app in the real formats unless it is given one', async () => {
    const [one, two] = [await start(), await start()];
    for (const { app } of [one, two]) {
      expect(app.appKey).toMatch(/^6[0-9a-z]{12}$/);
      expect(app.appSecret).toMatch(/^[0-9a-f]{40}$/);
      expect(app.serviceId).toMatch(/^7\d{18}$/);
    }
    expect(one.app).not.toEqual(two.app);
    const app = { appKey: '6givenappkey1', appSecret: 'a'.repeat(40), serviceId: '7111111111111111111' };
    expect((await start({ app })).app).toEqual(app);
  });

  test('listens only on this computer, on the requested port, and reports a busy port', async () => {
    const simulator = await start();
    const port = Number(new URL(simulator.origin).port);
    expect(simulator.origin).toBe(`http://127.0.0.1:${String(port)}`);
    await expect(startSimulator({ redirectUrl, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('isn’t stopped by too many open files while a client connects', async () => {
    const { origin } = await start();
    expect(() => listeningServer(Number(new URL(origin).port)).emit('error', tooManyFiles())).not.toThrow();
    expect((await ask(`${origin}/favicon.ico`)).status).toBe(204);
  });

  test.each(['127.0.0.1', 'localhost:1234', '[::1]'])('answers the host %s', async (host) => {
    const simulator = await start();
    expect(await withHost(simulator.origin, host)).toBe(204);
    expect(simulator.unexpected).toEqual([]);
  });

  test.each(['evil.example', '127.0.0.1.evil.example', 'auth.tiktok-shops.com', 'localhost@evil.example'])(
    'refuses the host %s',
    async (host) => {
      const simulator = await start();
      expect(await withHost(simulator.origin, host)).toBe(421);
      expect(simulator.unexpected).toHaveLength(1);
    },
  );

  test('refuses any other path or method, and records it as unexpected', async () => {
    const simulator = await start();
    const asked = [
      ['GET', '/'],
      ['GET', '/oauth/authorize'],
      ['GET', '/authorization/202403/shops'],
      ['POST', '/open/authorize'],
      ['GET', '/api/v2/token/get/'],
      ['GET', '//open/authorize'],
    ];
    for (const [method = '', path = ''] of asked) {
      const { status, text } = await ask(simulator.origin + path, { method });
      expect([status, text], path).toEqual([404, '404 page not found\n']);
    }
    expect(simulator.unexpected.map(({ method, path }) => [method, path])).toEqual(asked);
  });

  test('refuses a repeated parameter', async () => {
    const simulator = await start();
    const answer = await ask(`${authorizationAddress(simulator)}&state=other`);
    expect(answer.status).toBe(400);
    expect(simulator.unexpected).toMatchObject([{ why: 'given more than once: state' }]);
  });

  test('records requests and responses in order', async () => {
    const simulator = await start({ now: () => 1_760_000_000_000 });
    const code = (await authorize(simulator)).get('code') ?? '';
    await tokenCall(simulator, 'get', code);
    await signedCall(simulator, { token: 'ROW_x', timestamp: 1_760_000_000 });
    expect(simulator.requests.map(({ method, path, answered }) => [method, path, answered])).toEqual([
      ['GET', '/open/authorize', { status: 200 }],
      ['POST', '/simulator/sign-in', { status: 303 }],
      ['POST', '/simulator/consent', { status: 302 }],
      ['GET', '/api/v2/token/get', { status: 200, code: 0 }],
      ['GET', '/authorization/202309/shops', { status: 401, code: 36009004 }],
    ]);
    expect(simulator.requests[3]).toMatchObject({
      query: { auth_code: code, grant_type: 'authorized_code' },
      at: 1_760_000_000_000,
    });
    expect(simulator.requests[4]?.headers['x-tts-access-token']).toBe('ROW_x');
  });

  test('lists every value that must not leak', async () => {
    const simulator = await start({ shops: [{}, {}] });
    const tokens = await connect(simulator);
    expect([...simulator.secrets()].sort()).toEqual(
      [
        simulator.app.appSecret,
        ...simulator.shops.map(({ cipher }) => cipher),
        ...simulator.issued.codes,
        tokens.access_token,
        tokens.refresh_token,
      ].sort(),
    );
  });

  test('waits before every response if a latency is set', async () => {
    const simulator = await start({ latency: 120 });
    const began = performance.now();
    await ask(`${simulator.origin}/favicon.ico`);
    expect(performance.now() - began).toBeGreaterThan(110);
  });

  test('closes at once, even with a slow response pending and an idle connection open', async () => {
    const simulator = await startSimulator({ redirectUrl, scenario: 'slow', slowness: 60_000 });
    const idle = openSocket(Number(new URL(simulator.origin).port), '127.0.0.1');
    await once(idle, 'connect');
    idle.on('error', () => undefined);
    const pending = expect(tokenCall(simulator, 'get', 'junk')).rejects.toThrow('fetch failed');
    while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await simulator.close();
    await pending;
    await expect(ask(`${simulator.origin}/favicon.ico`)).rejects.toThrow('fetch failed');
  });

  test('returns 500 on an error of its own, and records the request as unexpected', async () => {
    let broken = false;
    const app = {
      ...{ appKey: '6givenappkey1', appSecret: 'a'.repeat(40) },
      get serviceId() {
        if (broken) throw new Error('no such app');
        return '7111111111111111111';
      },
    };
    const simulator = await start({ app });
    const address = authorizationAddress(simulator);
    broken = true;
    expect((await ask(address)).status).toBe(500);
    expect(simulator.unexpected).toMatchObject([{ why: 'a bug in the simulator: Error: no such app' }]);
  });

  test('cuts off a body that is larger than it ever needs, and keeps answering', async () => {
    const simulator = await start();
    const body = 'x'.repeat(2 * 1024 * 1024);
    await expect(ask(`${simulator.origin}/simulator/consent`, { method: 'POST', body })).rejects.toThrow();
    expect((await ask(`${simulator.origin}/favicon.ico`)).status).toBe(204);
  });
});
