import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Http } from '../../src/ground/io.ts';
import { makeHttp } from '../../src/network/http.ts';
import { probeHost } from '../../src/network/reach.ts';
import { makeAuthority, serveTls, type Authority } from './certificates.ts';
import { buildWorker, type Program } from './own-process.ts';
import { refusedPort, serve, serveProxy, serveRaw } from './servers.ts';

let authority: Authority;
let worker: Program;

beforeAll(async () => {
  authority = makeAuthority();
  worker = await buildWorker();
});

afterAll(async () => {
  authority.remove();
  await worker.remove();
});

const noHttp: Http = () => {
  throw new Error('a direct probe sends no request through Http');
};
const direct = { env: {}, http: noHttp, timeout: 10_000 };
const here = 'DNS:localhost,IP:127.0.0.1';

test('a trusted host shows its addresses, its certificate, its clock and how long each step took', async () => {
  const { port } = await serveTls(authority.issue(here));

  const { outcome } = await worker.run(['probe', `https://127.0.0.1:${String(port)}/path`], {
    NODE_EXTRA_CA_CERTS: authority.file,
  });

  expect(outcome).toEqual({
    ok: true,
    addresses: 1,
    tls: {
      protocol: 'TLSv1.3',
      issuer: 'Example Interception, Example Root',
      validTo: expect.stringMatching(/^\d{4}-.*Z$/u) as string,
      authorized: true,
    },
    date: expect.stringMatching(/GMT$/u) as string,
    milliseconds: {
      lookup: expect.any(Number) as number,
      connect: expect.any(Number) as number,
      handshake: expect.any(Number) as number,
      total: expect.any(Number) as number,
    },
  });
});

test('a certificate that is not trusted shows who issued it, and nothing is sent', async () => {
  const { server, port } = await serveTls(authority.issue(here));
  let requests = 0;
  server.on('request', () => (requests += 1));

  const reach = await probeHost(`https://127.0.0.1:${String(port)}`, direct);

  expect(reach).toMatchObject({
    ok: false,
    reason: 'tls-untrusted',
    detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    certificate: { issuer: 'Example Interception, Example Root' },
  });
  expect(requests).toBe(0);
});

test('a trusted certificate for another name is told as such', async () => {
  const { port } = await serveTls(authority.issue('DNS:other.example'));

  const { outcome } = await worker.run(['probe', `https://localhost:${String(port)}`], {
    NODE_EXTRA_CA_CERTS: authority.file,
  });

  expect(outcome).toMatchObject({ ok: false, reason: 'tls-wrong-name' });
});

test('a plain http host shows its clock and no certificate', async () => {
  const { origin } = await serve((_request, response) => response.writeHead(404).end());

  const reach = await probeHost(origin, direct);

  expect(reach).toMatchObject({ ok: true, addresses: 1, date: expect.stringMatching(/GMT$/u) as string });
  expect(reach).not.toHaveProperty('tls');
});

test('a host that answers no HEAD request is reached all the same, without its clock', async () => {
  const { origin } = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));

  const reach = await probeHost(origin, direct);

  expect(reach).toMatchObject({ ok: true });
  expect(reach).not.toHaveProperty('date');
});

test('a refused port, an unknown name and a reset handshake are told apart', async () => {
  const resetting = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));

  const reaches = [
    await probeHost(`https://127.0.0.1:${String(await refusedPort())}`, direct),
    await probeHost(`https://${'a'.repeat(64)}.invalid`, direct),
    await probeHost(`https://127.0.0.1:${String(resetting.port)}`, direct),
  ];

  expect(reaches.map((reach) => (reach.ok ? 'reached' : reach.reason))).toEqual(['refused', 'dns', 'tls']);
});

test('a handshake that never ends stops with its time', async () => {
  const { port } = await serveRaw(() => undefined);

  expect(await probeHost(`https://127.0.0.1:${String(port)}`, { ...direct, timeout: 200 })).toMatchObject({
    ok: false,
    reason: 'timeout',
    detail: 'in the TLS handshake',
  });
});

test('a probe is called off by its signal', async () => {
  const controller = new AbortController();
  const { port } = await serveRaw(() => {
    controller.abort();
  });

  const reach = await probeHost(`https://127.0.0.1:${String(port)}`, { ...direct, signal: controller.signal });

  expect(reach).toMatchObject({ ok: false, reason: 'aborted' });
  expect(await probeHost('https://127.0.0.1', { ...direct, signal: AbortSignal.abort() })).toMatchObject({
    ok: false,
    reason: 'aborted',
  });
});

test('through a proxy one request tells whether the host is reached, and its clock', async () => {
  const { port } = await serve((_request, response) => response.writeHead(404).end());
  const proxy = await serveProxy(port);
  const env = { HTTP_PROXY: `http://127.0.0.1:${String(proxy.port)}` };
  const { http } = makeHttp({ env, userAgent: 'ottokit-tiktok/test' });

  const reach = await probeHost('http://shop.example/path', { env, http, timeout: 10_000 });

  expect(reach).toMatchObject({ ok: true, addresses: 0, date: expect.stringMatching(/GMT$/u) as string });
});

test('a proxy that refuses is told as the proxy’s refusal', async () => {
  const proxy = await serveProxy(0, () => 407);
  const env = { HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}` };
  const { http } = makeHttp({ env, userAgent: 'ottokit-tiktok/test' });

  expect(await probeHost('https://shop.example', { env, http, timeout: 10_000 })).toMatchObject({
    ok: false,
    reason: 'proxy',
    detail: 'proxy answered 407',
  });
});

test('the host is asked for its clock under its own name, port included', async () => {
  const hosts: (string | undefined)[] = [];
  const { port, origin } = await serve((request, response) => {
    hosts.push(request.headers.host);
    response.end();
  });

  await probeHost(origin, direct);

  expect(hosts).toEqual([`127.0.0.1:${String(port)}`]);
});
