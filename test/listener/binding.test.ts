import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type ListenOptions, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { isFailure, type Failure } from '../../src/ground/errors.ts';
import { bindLoopback } from '../../src/listener/bind.ts';
import { listen, type Listener } from '../../src/listener/listener.ts';
import { addressOf, readRequest } from '../../src/listener/server.ts';
import { freePort } from '../journeys/machine.ts';
import { completes, dial, judge, request, send, start, validTarget, type Accepted } from './probe.ts';

async function occupy(options: ListenOptions): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function listenOn(redirectUrl: string, port?: number): Promise<Listener<Accepted> | Failure> {
  const listener = await listen<Accepted>({
    redirectUrl,
    judge,
    onRefused: () => undefined,
    signal: new AbortController().signal,
    ...(port === undefined ? {} : { port }),
  });
  if (!isFailure(listener)) onTestFinished(() => listener.close());
  return listener;
}

test.each(['127.0.0.1', 'localhost', '[::1]'])(
  'the listener uses the Redirect URL’s port and path (%s)',
  async (name) => {
    const port = await freePort();
    const listener = await listenOn(`http://${name}:${String(port)}/oauth/tiktok`);
    if (isFailure(listener)) throw listener;
    expect(listener.port).toBe(port);
    const target = validTarget.replace('/callback', '/oauth/tiktok');
    const page = send(
      port,
      request('GET', target, [`Host: ${name}:${String(port)}`]),
      name === '[::1]' ? '::1' : '127.0.0.1',
    );
    await (await listener.arrival).finish({ kind: 'connected', shops: [] });
    expect((await page).status).toBe(200);
  },
);

test('the callback arrives over IPv6 and over IPv4', async () => {
  const { listener, port } = await start();
  const page = send(port, request('GET', validTarget, [`Host: [::1]:${String(port)}`]), '::1');
  await (await listener.arrival).finish({ kind: 'connected', shops: [] });
  expect((await page).status).toBe(200);
});

test('a port that another program uses on 127.0.0.1 is reported as busy', async () => {
  const port = await occupy({ host: '127.0.0.1', port: await freePort() });
  const busy = await listenOn(`http://127.0.0.1:${String(port)}/callback`);
  expect(busy).toMatchObject({ code: 'port-busy', message: expect.stringContaining(String(port)) as string });
});

test('a port that another program uses only on ::1 is reported as busy, and 127.0.0.1 is released', async () => {
  const port = await occupy({ host: '::1', port: await freePort() });
  expect(await listenOn(`http://localhost:${String(port)}/callback`)).toMatchObject({ code: 'port-busy' });
  expect(await occupy({ host: '127.0.0.1', port })).toBe(port);
});

test('a port that another program uses on every address is reported as busy', async () => {
  const port = await occupy({ host: '::', port: await freePort() });
  expect(await listenOn(`http://127.0.0.1:${String(port)}/callback`)).toMatchObject({ code: 'port-busy' });
});

test('only 127.0.0.1 and ::1 are bound', async () => {
  const started = await start();
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
    .map(({ address }) => address);
  for (const address of ['127.0.0.2', ...others]) {
    const { socket, reply } = dial(started.port, address);
    let reached = false;
    socket.once('connect', () => (reached = true));
    await reply;
    expect(reached, address).toBe(false);
  }
  expect((await completes(started)).status).toBe(200);
});

test('a port can be used again as soon as the listener is closed', async () => {
  const started = await start({ port: await freePort() });
  await completes(started);
  await started.listener.close();
  const again = await start({ port: started.port });
  expect(again.port).toBe(started.port);
  expect((await completes(again)).status).toBe(200);
});

test.each(['seller.example', 'SELLER.example', 'seller.example:443'])(
  'a tunnel may pass on the public Host %s',
  async (host) => {
    const { listener, port } = await start({ redirectUrl: 'https://seller.example/callback' });
    const page = send(port, request('GET', validTarget, [`Host: ${host}`]));
    await (await listener.arrival).finish({ kind: 'connected', shops: [] });
    expect((await page).status).toBe(200);
  },
);

test('a tunnel may also send the local Host, but no other public Host', async () => {
  const started = await start({ redirectUrl: 'https://seller.example/callback' });
  for (const host of ['evil.example', 'seller.example:80', 'seller.example.evil.example', 'xseller.example'])
    expect((await send(started.port, request('GET', validTarget, [`Host: ${host}`]))).status).toBe(421);
  expect((await completes(started)).status).toBe(200);
});

test('if a public Redirect URL has a port, the Host must have it too', async () => {
  const { port } = await start({ redirectUrl: 'https://seller.example:8443/callback' });
  expect((await send(port, request('GET', '/callback', ['Host: seller.example']))).status).toBe(421);
  expect((await send(port, request('GET', '/callback', ['Host: seller.example:8443']))).status).toBe(400);
});

test('on port 80, the Host may omit the port', () => {
  const address = addressOf('http://127.0.0.1/callback');
  expect(address.port).toBe(80);
  const read = (host: string): unknown =>
    readRequest({ method: 'GET', url: '/callback', headersDistinct: { host: [host] } }, 80, address);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.0.0.1:80'])
    expect(read(host), host).toBeInstanceOf(URLSearchParams);
  expect(read('evil.example')).toMatchObject({ status: 421 });
});

test('the listener’s own Origin is accepted', async () => {
  const { listener, port } = await start();
  const own = `localhost:${String(port)}`;
  const page = send(port, request('GET', validTarget, [`Host: ${own}`, `Origin: http://${own}`]));
  await (await listener.arrival).finish({ kind: 'connected', shops: [] });
  expect((await page).status).toBe(200);
});

test('behind a tunnel, the public Origin is accepted too, and any other is refused', async () => {
  const { listener, port } = await start({ redirectUrl: 'https://seller.example/callback' });
  const from = (origin: string): string => {
    return request('GET', validTarget, ['Host: seller.example', `Origin: https://${origin}`]);
  };
  const stray = await send(port, from('evil.example'));
  expect(stray.status).toBe(403);
  expect(stray.body).toContain('It was requested by another page, not opened in a browser window.');
  const page = send(port, from('seller.example'));
  await (await listener.arrival).finish({ kind: 'connected', shops: [] });
  expect((await page).status).toBe(200);
});

test('a public Redirect URL without a port to bind throws a TypeError', async () => {
  await expect(listenOn('https://seller.example/callback')).rejects.toThrow(TypeError);
});

/**
 * Returns all servers it creates. They are real, except that the nth fails to listen if `codes` has a code for n.
 */
function serversFailing(codes: Readonly<Record<number, string>>): { made: HttpServer[]; create: () => HttpServer } {
  const made: HttpServer[] = [];
  const create = (): HttpServer => {
    const server = createHttpServer();
    const code = codes[made.push(server)];
    if (code !== undefined)
      server.listen = () => {
        queueMicrotask(() => server.emit('error', Object.assign(new Error(code), { code })));
        return server;
      };
    onTestFinished(() => {
      server.close();
    });
    return server;
  };
  return { made, create };
}

test('a port reserved by the system is distinguished from a busy one', async () => {
  const { create } = serversFailing({ 1: 'EACCES' });
  const reserved = { code: 'port-reserved', message: expect.stringContaining('80') as string };
  expect(await bindLoopback(80, create)).toMatchObject(reserved);
});

test('any other system error is reported with its code', async () => {
  const failed = { code: 'listener-failed', message: expect.stringContaining('EADDRNOTAVAIL') as string };
  expect(await bindLoopback(8717, serversFailing({ 1: 'EADDRNOTAVAIL' }).create)).toMatchObject(failed);
});

test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('without IPv6 (%s), only 127.0.0.1 is bound', async (code) => {
  const { made, create } = serversFailing({ 2: code });
  const binding = await bindLoopback(0, create);
  expect(binding).toMatchObject({ servers: [made[0]] });
  expect(made[0]?.listening).toBe(true);
});

test('a port reserved only on ::1 counts as reserved', async () => {
  const { made, create } = serversFailing({ 2: 'EACCES' });
  expect(await bindLoopback(await freePort(), create)).toMatchObject({ code: 'port-reserved' });
  expect(made[0]?.listening).toBe(false);
});

test('if any port is allowed, one that is busy on ::1 is released and another is used', async () => {
  const { made, create } = serversFailing({ 2: 'EADDRINUSE', 4: 'EADDRINUSE' });
  const binding = await bindLoopback(0, create);
  expect(binding).toMatchObject({ servers: [made[4], made[5]] });
  expect(made.map(({ listening }) => listening)).toEqual([false, false, false, false, true, true]);
});

test('too many open files while a client connects don’t crash the program', async () => {
  const { made, create } = serversFailing({});
  await bindLoopback(0, create);
  for (const server of made) server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
  expect(made.map(({ listening }) => listening)).toEqual([true, true]);
});

test('if any port is allowed, the search for a free one ends after 20 attempts', async () => {
  const { made, create } = serversFailing(
    Object.fromEntries(Array.from({ length: 100 }, (_, n) => [2 * n, 'EADDRINUSE'])),
  );
  expect(await bindLoopback(0, create)).toMatchObject({ code: 'port-busy' });
  expect(made).toHaveLength(40);
});

test('besides loopback, only the Host of the Redirect URL is accepted, with or without the default port', () => {
  expect(addressOf('http://localhost:8717/callback')).toEqual({
    port: 8717,
    path: '/callback',
    hosts: ['localhost:8717'],
  });
  expect(addressOf('https://shop.example/x', 8717)).toEqual({
    port: 8717,
    path: '/x',
    hosts: ['shop.example', 'shop.example:443'],
  });
  expect(() => addressOf('https://shop.example/x')).toThrow('needs a port');
});

test('a target without a question mark has an empty query', () => {
  const address = addressOf('http://127.0.0.1:8717/callback');
  const headersDistinct = { host: ['127.0.0.1:8717'] };
  const reading = readRequest({ method: 'GET', url: '/callback', headersDistinct }, 8717, address);
  expect(reading).toEqual(new URLSearchParams());
});
