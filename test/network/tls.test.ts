import { once } from 'node:events';
import { expect, test } from 'vitest';
import { makeHttp } from '../../src/network/http.ts';
import { makeAuthority, serveTls, type Authority } from './certificates.ts';
import { buildWorker, type Program } from './own-process.ts';
import { serveProxy, serveRaw } from './servers.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';
import { prepareUnless } from '../tools/systems.ts';

let authority: Authority;
let worker: Program;

prepareUnless(missingPrograms('openssl'), async () => {
  authority = makeAuthority();
  worker = await buildWorker();
  return async () => {
    authority.remove();
    await worker.remove();
  };
});

const { http } = makeHttp({ env: {}, userAgent: 'ottokit-tiktok/test' });
const here = 'DNS:localhost,IP:127.0.0.1';

test('a certificate from an unknown authority isn’t trusted, and nothing is sent', async () => {
  const { server, port } = await serveTls(authority.issue(here));
  let requests = 0;
  server.on('request', () => (requests += 1));

  const answer = await http({ method: 'GET', url: `https://127.0.0.1:${String(port)}/`, timeout: 10_000 });

  expect(answer).toEqual({
    answered: false,
    sent: false,
    reason: 'tls-untrusted',
    detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    issuer: 'Example Interception, Example Root',
  });
  expect(requests).toBe(0);
});

test.for(['0', ''])('certificates are verified even if NODE_TLS_REJECT_UNAUTHORIZED is “%s”', async (value) => {
  const { port } = await serveTls(authority.issue('DNS:shop.example'));
  const proxy = await serveProxy(port);
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: value };
  const throughProxy = { ...env, HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}` };

  const direct = await worker.run([`https://127.0.0.1:${String(port)}/`], env);
  const proxied = await worker.run(['https://shop.example/'], throughProxy);

  for (const { outcome } of [direct, proxied]) {
    expect(outcome).toMatchObject({ answered: false, sent: false, reason: 'tls-untrusted' });
  }
});

test('an authority from NODE_EXTRA_CA_CERTS is trusted, and the program then exits at once', async () => {
  const { port } = await serveTls(authority.issue(here));
  const env = { NODE_EXTRA_CA_CERTS: authority.file };

  const { outcome, lingered } = await worker.run([`https://localhost:${String(port)}/`], env);

  expect(outcome).toMatchObject({ answered: true, status: 200, body: 'secured' });
  // The server would keep an unused connection for 5 seconds.
  expect(lingered).toBeLessThan(4_000);
});

test('a trusted certificate for another name is refused, and the name is given as the reason', async () => {
  const { port } = await serveTls(authority.issue('DNS:other.example'));
  const env = { NODE_EXTRA_CA_CERTS: authority.file };

  const { outcome } = await worker.run([`https://localhost:${String(port)}/`], env);

  expect(outcome).toEqual({
    answered: false,
    sent: false,
    reason: 'tls-wrong-name',
    detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    issuer: 'Example Interception, Example Root',
  });
});

test('a trusted certificate that has expired is refused, and the date is given as the reason', async () => {
  const { port } = await serveTls(authority.issue(here, -1));
  const env = { NODE_EXTRA_CA_CERTS: authority.file };

  const { outcome } = await worker.run([`https://localhost:${String(port)}/`], env);

  expect(outcome).toMatchObject({ answered: false, sent: false, reason: 'tls-date', detail: 'CERT_HAS_EXPIRED' });
});

test('a proxy’s untrusted certificate is reported as a problem with the proxy, not with the host', async () => {
  const { port } = await serveTls(authority.issue(here));
  const { http: proxied } = makeHttp({
    env: { HTTPS_PROXY: `https://127.0.0.1:${String(port)}` },
    userAgent: 'ottokit-tiktok/test',
  });

  expect(await proxied({ method: 'GET', url: 'https://shop.example/', timeout: 10_000 })).toEqual({
    answered: false,
    sent: false,
    reason: 'proxy',
    detail: 'no tunnel through the proxy: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    issuer: 'Example Interception, Example Root',
  });
});

test('a server that doesn’t speak TLS causes a TLS failure, and nothing is sent', async () => {
  const { port } = await serveRaw((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );

  const answer = await http({ method: 'GET', url: `https://127.0.0.1:${String(port)}/`, timeout: 10_000 });

  expect(answer).toMatchObject({ answered: false, sent: false, reason: 'tls' });
});

test('a connection that closes during the TLS handshake causes a TLS failure, and nothing is sent', async () => {
  const { port } = await serveRaw((socket) => socket.once('data', () => socket.destroy()));

  const answer = await http({ method: 'GET', url: `https://127.0.0.1:${String(port)}/`, timeout: 10_000 });

  expect(answer).toMatchObject({ answered: false, sent: false, reason: 'tls' });
});

test.for(['directly', 'through a proxy'])(
  'a TLS handshake that never ends, %s, times out before anything is sent, and its connection is closed',
  async (way) => {
    const closed: Promise<unknown>[] = [];
    const { port } = await serveRaw((socket) => closed.push(once(socket.resume(), 'close')));
    const proxy = await serveProxy(port);
    const env = { HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}` };
    const url = way === 'directly' ? `https://127.0.0.1:${String(port)}/` : 'https://shop.example/';

    const answer = await makeHttp({ env, userAgent: 'ottokit-tiktok/test' }).http({
      method: 'GET',
      url,
      timeout: 1_500,
    });

    expect(answer).toEqual({ answered: false, sent: false, reason: 'timeout', detail: 'no connection within 1500 ms' });
    expect(closed).toHaveLength(1);
    await Promise.all(closed);
  },
);

test('through a proxy, the host’s certificate is verified, not the proxy’s', async () => {
  const { port } = await serveTls(authority.issue('DNS:shop.example'));
  const proxy = await serveProxy(port);
  const env = { HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}` };
  const trusting = { ...env, NODE_EXTRA_CA_CERTS: authority.file };

  const untrusted = await worker.run(['https://shop.example/'], env);
  const trusted = await worker.run(['https://shop.example/'], trusting);
  const wrongName = await worker.run(['https://other.example/'], trusting);

  expect(untrusted.outcome).toMatchObject({ answered: false, sent: false, reason: 'tls-untrusted' });
  expect(trusted.outcome).toMatchObject({ answered: true, body: 'secured' });
  expect(wrongName.outcome).toMatchObject({ answered: false, sent: false, reason: 'tls-wrong-name' });
  expect(proxy.asked.map(({ authority: asked }) => asked)).toEqual([
    'shop.example:443',
    'shop.example:443',
    'other.example:443',
  ]);
});
