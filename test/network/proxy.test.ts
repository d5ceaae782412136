import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { makeHttp } from '../../src/network/http.ts';
import { proxyFor, routeTo } from '../../src/network/proxy.ts';
import { freePort } from '../journeys/machine.ts';
import { serve, serveProxy, serveRaw } from './servers.ts';

const request = { method: 'GET', url: 'http://shop.example/?app_secret=s', timeout: 10_000 } as const;
const clientOf = (env: Record<string, string>) => makeHttp({ env, userAgent: 'ottokit-tiktok/test' });
const at = (port: number, credentials = ''): string => `http://${credentials}127.0.0.1:${String(port)}`;

describe('a request through a proxy', () => {
  test('reaches a host name that only the proxy can resolve', async () => {
    const { port } = await serve((_request, response) => response.end('through'));
    const proxy = await serveProxy(port);

    expect(await clientOf({ HTTP_PROXY: at(proxy.port) }).http(request)).toMatchObject({
      answered: true,
      body: 'through',
    });
    expect(proxy.asked).toEqual([{ authority: 'shop.example:80', authorization: undefined }]);
  });

  test('sends the proxy its credentials, decoded from the address', async () => {
    const { port } = await serve((_request, response) => response.end());
    const proxy = await serveProxy(port);

    await clientOf({ http_proxy: at(proxy.port, 'us%40er:p%3Ass@') }).http(request);

    const [asked] = proxy.asked;
    expect(Buffer.from(String(asked?.authorization).slice('Basic '.length), 'base64').toString()).toBe('us@er:p:ss');
  });

  test.for([
    ['DOMAIN\\user:pass', 'DOMAIN\\user:pass'],
    ['user:#a/b?c@d:e', 'user:#a/b?c@d:e'],
    ['user:100%^', 'user:100%^'],
    ['user:gr%C3%BCn+1', 'user:gr\u00fcn+1'],
    [':alone', ':alone'],
    ['token', 'token:'],
  ])('sends the proxy the credentials %s even though they aren’t all percent-encoded', async ([given = '', sent]) => {
    const { port } = await serve((_request, response) => response.end());
    const proxy = await serveProxy(port);

    await clientOf({ HTTP_PROXY: at(proxy.port, `${given}@`) }).http(request);

    const [asked] = proxy.asked;
    expect(Buffer.from(String(asked?.authorization).slice('Basic '.length), 'base64').toString()).toBe(sent);
  });

  test('to a proxy at an https:// address that doesn’t speak TLS fails because of the proxy', async () => {
    const proxy = await serveProxy(1);

    const answer = await clientOf({ HTTP_PROXY: `https://127.0.0.1:${String(proxy.port)}` }).http(request);

    expect(answer).toMatchObject({ answered: false, sent: false, reason: 'proxy' });
    expect(answer).toHaveProperty('detail', expect.stringMatching(/^no tunnel through the proxy: E/u));
  });

  test.for([407, 403, 502])(
    'that the proxy refuses with %i isn’t sent, and the reason is given without the credentials',
    async (status) => {
      const proxy = await serveProxy(0, () => status);

      const answer = await clientOf({ HTTP_PROXY: at(proxy.port, 'user:pass@') }).http(request);

      expect(answer).toEqual({
        answered: false,
        sent: false,
        reason: 'proxy',
        detail: `proxy answered ${String(status)}`,
      });
      expect(proxy.asked).toHaveLength(1);
    },
  );

  test('that the proxy drops isn’t sent and isn’t retried', async () => {
    let connections = 0;
    const { port } = await serveRaw((socket) => {
      connections += 1;
      socket.once('data', () => socket.destroy());
    });

    const answer = await clientOf({ HTTP_PROXY: at(port) }).http(request);

    expect(answer).toMatchObject({ answered: false, sent: false, reason: 'proxy' });
    expect(connections).toBe(1);
  });

  test('can’t be sent if nothing listens at the proxy’s address, and the error doesn’t show that address', async () => {
    const answer = await clientOf({ HTTP_PROXY: at(await freePort(), 'user:pass@') }).http(request);

    expect(answer).toEqual({
      answered: false,
      sent: false,
      reason: 'proxy',
      detail: 'no tunnel through the proxy: ECONNREFUSED',
    });
  });

  test('to a silent proxy ends with a timeout and closes the connection to the proxy', async () => {
    const closed: Promise<unknown>[] = [];
    const { port } = await serveRaw((socket) => closed.push(once(socket.resume(), 'close')));

    const answer = await clientOf({ HTTP_PROXY: at(port) }).http({ ...request, timeout: 1_500 });

    expect(answer).toMatchObject({ answered: false, sent: false, reason: 'timeout' });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });

  test('counts as sent if the server behind the proxy stays silent', async () => {
    const { port } = await serveRaw(() => undefined);
    const proxy = await serveProxy(port);

    const answer = await clientOf({ HTTP_PROXY: at(proxy.port) }).http({ ...request, timeout: 1_500 });

    expect(answer).toMatchObject({ answered: false, sent: true, reason: 'timeout' });
  });

  test.for([
    ['HTTP_PROXY', 'http://', 'HTTP_PROXY isn’t an address'],
    ['http_proxy', 'socks5://127.0.0.1:1', 'http_proxy is neither an http nor an https proxy'],
  ])('can’t be sent with %s=%s', async ([name = '', value = '', detail]) => {
    const answer = await clientOf({ [name]: value }).http(request);

    expect(answer).toEqual({ answered: false, sent: false, reason: 'proxy', detail });
  });

  test('isn’t used for an address on this computer', async () => {
    const { origin } = await serve((_request, response) => response.end('direct'));
    const nowhere = at(await freePort());

    const answer = await clientOf({ HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere }).http({ ...request, url: origin });

    expect(answer).toMatchObject({ answered: true, body: 'direct' });
  });
});

describe('the proxy for an address', () => {
  const proxied = 'http://user:pass@proxy.corp:3128';

  test.for([
    ['https://a.example', { HTTPS_PROXY: proxied }, 'proxy.corp:3128'],
    ['https://a.example', { https_proxy: 'https://proxy.corp' }, 'proxy.corp:443'],
    ['https://a.example', { https_proxy: 'http://lower', HTTPS_PROXY: 'http://upper' }, 'lower:80'],
    ['https://a.example', { https_proxy: '', HTTPS_PROXY: 'http://upper' }, 'upper:80'],
    ['https://a.example', { HTTP_PROXY: proxied }, 'proxy.corp:3128'],
    ['https://a.example', { HTTPS_PROXY: 'proxy.corp:3128' }, 'proxy.corp:3128'],
    ['https://a.example', { HTTPS_PROXY: 'http://user:12#34@proxy.corp:3128' }, 'proxy.corp:3128'],
    ['https://a.example', { HTTPS_PROXY: 'DOMAIN\\user:1/2@[fe80::1]:3128' }, '[fe80::1]:3128'],
    ['http://a.example', { HTTPS_PROXY: proxied }, null],
    ['http://a.example', { HTTP_PROXY: proxied }, 'proxy.corp:3128'],
    ['https://a.example', {}, null],
    ['https://a.example', { HTTPS_PROXY: 'socks5://s' }, 'HTTPS_PROXY is neither an http nor an https proxy'],
  ] as const)('%s with the variables %o is %s, without credentials', ([url, env, proxy]) => {
    expect(proxyFor(env, url)).toBe(proxy ?? undefined);
  });

  test.for([
    ['https://a.example', 'a.example', true],
    ['https://A.EXAMPLE', 'a.Example', true],
    ['https://sub.a.example', 'a.example', true],
    ['https://sub.a.example', '.a.example', true],
    ['https://sub.a.example', '*.a.example', true],
    ['https://nota.example', 'a.example', false],
    ['https://a.example', 'b.example, a.example', true],
    ['https://a.example', 'b.example a.example', true],
    ['https://a.example', 'b.example', false],
    ['https://a.example', '*', true],
    ['https://a.example', 'a.example:443', true],
    ['https://a.example', 'a.example:8443', false],
    ['https://a.example:8443', 'a.example:8443', true],
    ['https://10.0.0.1', '10.0.0.1', true],
    ['https://[fe80::1]', '[fe80::1]', true],
    ['https://a.example', '', false],
    ['https://a.example', ',', false],
  ] as const)('%s with NO_PROXY=%s: exempt %s', ([url, list, exempt]) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const route = routeTo({ HTTPS_PROXY: proxied, [name]: list }, new URL(url));
      if (exempt) expect(route).toBeUndefined();
      else expect(route).toMatchObject({ origin: 'http://proxy.corp:3128' });
    }
  });

  test.for(['http://127.0.0.1:8717', 'http://127.9.9.9', 'http://localhost', 'http://[::1]:1', 'http://a.localhost'])(
    'isn’t used for %s',
    (url) => {
      expect(proxyFor({ HTTP_PROXY: proxied }, url)).toBeUndefined();
    },
  );

  test.for(['http://127.example', 'http://localhost.example', 'http://128.0.0.1'])('is used for %s', (url) => {
    expect(proxyFor({ HTTP_PROXY: proxied }, url)).toBeDefined();
  });
});
