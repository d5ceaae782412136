import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { startCaptureServer } from '../../src/browser/capture-server.ts';
import { listeningServer, tooManyFiles } from '../tools/listening-server.ts';

const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
const navigation = 'Sec-Fetch-Dest: document';

async function start() {
  const server = await startCaptureServer(
    {
      redirectUrl,
      authorizationUrl: 'https://services.tiktokshop.com/open/authorize?state=ours',
      forwardTo: (query) => (query.get('state') === 'ours' ? `http://127.0.0.1:1/callback?${query.toString()}` : null),
    },
    Date.now(),
  );
  onTestFinished(() => {
    server.close();
  });
  return server;
}

type Server = Awaited<ReturnType<typeof start>>;

/** Opens a connection through the proxy and returns it with the proxy's status. */
async function tunnel({ port }: Server, authority: string): Promise<{ status: number; socket: Socket }> {
  const request = httpRequest({ host: '127.0.0.1', port, method: 'CONNECT', path: authority }).end();
  const [response, socket] = (await once(request, 'connect')) as [IncomingMessage, Socket];
  onTestFinished(() => void socket.destroy());
  return { status: response.statusCode ?? 0, socket };
}

/** Sends a request to the host through the proxy and returns the whole response. */
async function ask(server: Server, head: string, ...headers: readonly string[]): Promise<string> {
  const { socket } = await tunnel(server, 'api.ottokit.com:443');
  const stream = secure({ socket, servername: 'api.ottokit.com', ca: server.certificate.cert });
  stream.write([`${head} HTTP/1.1`, 'Host: api.ottokit.com', ...headers, '', ''].join('\r\n'));
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(stream, 'end');
  return text;
}

test('too many open files while the browser connects don’t crash the program', async () => {
  const { port } = await start();
  expect(() => listeningServer(port).emit('error', tooManyFiles())).not.toThrow();
});

test('the start address proves that the browser reaches this computer, and leads to TikTok Shop', async () => {
  const server = await start();
  const { pathname } = new URL(server.startAddress);
  expect(await ask(server, `GET ${pathname}x`, navigation)).toMatch(/^HTTP\/1.1 404 /);
  const answer = await ask(server, `GET ${pathname}`, navigation);
  expect(answer).toMatch(
    /^HTTP\/1.1 302 [^]*Location: https:\/\/services\.tiktokshop\.com\/open\/authorize\?state=ours\r\n/,
  );
  await server.arrival;
  expect(server.wasReached()).toBe(true);
});

test('TikTok Shop’s redirect reaches the listener through a Refresh header, which no form-action policy blocks', async () => {
  const answer = await ask(await start(), 'GET /tiktok_shop/connection?code=a%20b&state=ours', navigation);
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  expect(answer).toContain('\r\nRefresh: 0; url=http://127.0.0.1:1/callback?code=a+b&state=ours\r\n');
  expect(answer).toContain('\r\nCache-Control: no-store\r\n');
});

const right = '/tiktok_shop/connection?code=c&state=ours';

test.for([
  ['with another state', 'GET /tiktok_shop/connection?code=c&state=theirs', [navigation]],
  ['without a query', 'GET /tiktok_shop/connection', [navigation]],
  ['to a longer path', 'GET /tiktok_shop/connection/?code=c&state=ours', [navigation]],
  ['to a path in capital letters', 'GET /TikTok_shop/connection?code=c&state=ours', [navigation]],
  ['to a path that ends with the Redirect URL’s path', 'GET //tiktok_shop/connection?state=ours', [navigation]],
  ['with the HEAD method', `HEAD ${right}`, [navigation]],
  ['with the POST method', `POST ${right}`, [navigation, 'Content-Length: 0']],
  ['in a frame', `GET ${right}`, ['Sec-Fetch-Dest: iframe']],
  ['for an image', `GET ${right}`, ['Sec-Fetch-Dest: image']],
  ['without Sec-Fetch-Dest', `GET ${right}`, []],
  ['as a prefetch', `GET ${right}`, [navigation, 'Sec-Purpose: prefetch;prerender']],
] as const)('a request %s is answered with 404 instead of being forwarded', async ([, head, headers]) => {
  expect(await ask(await start(), head, ...headers)).toMatch(/^HTTP\/1.1 404 /);
});

test.for(['services.tiktokshop.com:443', 'api.ottokit.com:80', 'api.ottokit.com:8443', '127.0.0.1:22', 'x', '['])(
  'the proxy refuses to connect to %s',
  async (authority) => {
    const server = await start();
    expect((await tunnel(server, authority)).status).toBe(403);
    expect(server.wasReached()).toBe(false);
  },
);

test.for([
  ['a web page’s request', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', /^HTTP\/1.1 403 /],
  ['an unencrypted request for the host', 'GET http://api.ottokit.com/ HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 403 /],
  ['garbage', '\0\r\n\r\n', /^HTTP\/1.1 400 /],
] as const)('%s is refused by the proxy, and the next request is answered', async ([, bytes, expected]) => {
  const server = await start();
  const socket = connect(server.port, '127.0.0.1');
  socket.write(bytes);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toMatch(expected);
  expect(await ask(server, `GET ${right}`, navigation)).toMatch(/^HTTP\/1.1 200 /);
});

test('closing the server closes all open connections', async () => {
  const server = await start();
  const idle = connect(server.port, '127.0.0.1');
  await once(idle, 'connect');
  const { socket } = await tunnel(server, 'api.ottokit.com:443');
  const stream = secure({ socket, servername: 'api.ottokit.com', ca: server.certificate.cert });
  await once(stream, 'secureConnect');
  const ended = Promise.all([once(idle, 'close'), once(stream, 'close')]);
  server.close();
  await ended;
});
