import { getEventListeners } from 'node:events';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpRequest } from '../../src/ground/io.ts';
import { makeHttp } from '../../src/network/http.ts';
import { freePort } from '../journeys/machine.ts';
import { serve, serveRaw } from './servers.ts';

function client() {
  const made = makeHttp({ env: {}, userAgent: 'ottokit-tiktok/test' });
  onTestFinished(made.close);
  return made;
}

const get = (url: string, about: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  timeout: 10_000,
  ...about,
});

describe('a response', () => {
  test('has its status, its headers with names in lower case and its body, whatever the status is', async () => {
    const { origin } = await serve((request, response) => {
      response.writeHead(401, { 'X-Tt-Logid': 'L1', 'Set-Cookie': ['a=1', 'b=2'] });
      response.end(`${request.method ?? ''} ${request.url ?? ''} ✓`);
    });

    const answer = await client().http(get(`${origin}/api?a=1`));

    expect(answer).toMatchObject({
      answered: true,
      status: 401,
      headers: { 'x-tt-logid': 'L1', 'set-cookie': 'a=1, b=2' },
      body: 'GET /api?a=1 ✓',
    });
  });

  test('is requested with the given method and headers, the program’s User-Agent and no compression', async () => {
    const { origin } = await serve((request, response) => {
      response.end(JSON.stringify({ method: request.method, headers: request.headers }));
    });

    const answer = await client().http({
      ...get(origin, { headers: { 'x-tts-access-token': 'TTP_1' } }),
      method: 'DELETE',
    });

    const seen = JSON.parse(answer.answered ? answer.body : '{}') as object;
    expect(seen).toMatchObject({
      method: 'DELETE',
      headers: {
        'user-agent': 'ottokit-tiktok/test',
        'accept-encoding': 'identity',
        'x-tts-access-token': 'TTP_1',
        connection: 'close',
      },
    });
  });

  test('is decoded across chunks, with U+FFFD for invalid bytes', async () => {
    const text = Buffer.from('gr\u00fcn');
    const { origin } = await serve((_request, response) => {
      response.write(text.subarray(0, 3), () => {
        response.write(text.subarray(3));
        response.end(Buffer.from([0xff]));
      });
    });

    expect(await client().http(get(origin))).toMatchObject({ body: 'gr\u00fcn\ufffd' });
  });

  test('that redirects is returned, not followed', async () => {
    const visited: (string | undefined)[] = [];
    const { origin } = await serve((request, response) => {
      visited.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    const answer = await client().http(get(`${origin}/here?app_secret=s`));

    expect(answer).toMatchObject({ answered: true, status: 302, headers: { location: '/elsewhere' } });
    expect(visited).toEqual(['/here?app_secret=s']);
  });
});

describe('a response that is compressed unasked', () => {
  const text = '{"access_token":"TTP_grün"}';
  test.for([
    ['gzip', 'gzip', gzipSync(text)],
    ['x-gzip', 'x-gzip', gzipSync(text)],
    ['deflate', 'deflate', deflateSync(text)],
    ['deflate, without a zlib header', 'deflate', deflateRawSync(text)],
    ['br', 'br', brotliCompressSync(text)],
    ['gzip and br', 'gzip, br', brotliCompressSync(gzipSync(text))],
    ['GZIP', 'GZIP', gzipSync(text)],
    ['identity', 'identity', Buffer.from(text)],
    ['gzip, but in plain text', 'gzip', Buffer.from(text)],
    ['unknown, and in plain text', 'unknown', Buffer.from(text)],
    ['missing, but gzip', '', gzipSync(text)],
    ['gzip, and truncated', 'gzip', gzipSync(text).subarray(0, -8)],
    ['deflate, and truncated', 'deflate', deflateSync(text).subarray(0, -4)],
    ['deflate, but in plain text', 'deflate', Buffer.from(text)],
  ] as const)('is read if its encoding is %s', async ([, encoding, bytes]) => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, encoding === '' ? {} : { 'content-encoding': encoding }).end(bytes);
    });
    expect(await client().http(get(origin))).toMatchObject({ answered: true, body: text });
  });

  test('is too large if it exceeds the limit once decompressed', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)));
    });
    expect(await client().http(get(origin))).toMatchObject({ answered: false, sent: true, reason: 'answer-too-large' });
  });
});

test.for([
  ['UTF-16LE', 'application/json; charset=utf-16le', Buffer.from('gr\u00fcn', 'utf16le')],
  ['ISO-8859-1, in quotes', 'application/json; charset="ISO-8859-1"', Buffer.from('gr\u00fcn', 'latin1')],
  ['missing, but it has a UTF-16LE byte order mark', 'application/json', Buffer.from('\ufeffgr\u00fcn', 'utf16le')],
  ['missing, but it has a UTF-8 byte order mark', 'application/json', Buffer.from('\ufeffgr\u00fcn')],
  ['unknown, but it is in UTF-8', 'application/json; charset=nonsense', Buffer.from('gr\u00fcn')],
  ['missing, but it is in UTF-16LE', 'application/json', Buffer.from('gr\u00fcn', 'utf16le')],
  ['UTF-8, but it is in UTF-16BE', 'application/json; charset=utf-8', Buffer.from('gr\u00fcn', 'utf16le').swap16()],
] as const)('a response is decoded if its charset is %s', async ([, type, bytes]) => {
  const { origin } = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': type }).end(bytes);
  });
  expect(await client().http(get(origin))).toMatchObject({ body: 'gr\u00fcn' });
});

describe('no response', () => {
  test('from a port without a listener: refused, not sent', async () => {
    const url = `http://127.0.0.1:${String(await freePort())}/?app_secret=s`;

    expect(await client().http(get(url))).toEqual({
      answered: false,
      sent: false,
      reason: 'refused',
      detail: 'ECONNREFUSED',
    });
  });

  test('from a name that doesn’t exist: dns, not sent, and the detail has no address', async () => {
    // A label has at most 63 characters, so the system's resolver refuses this one without asking a server.
    const answer = await client().http(get(`http://${'a'.repeat(64)}.invalid/?app_secret=s`));

    expect(answer).toMatchObject({ answered: false, sent: false, reason: 'dns' });
    expect(JSON.stringify(answer)).not.toMatch(/invalid|secret/u);
  });

  test('from something that isn’t an address', async () => {
    expect(await client().http(get('services'))).toMatchObject({ answered: false, sent: false });
  });

  test('because of a header that can’t be sent: the value isn’t in the detail', async () => {
    const { origin } = await serve((_request, response) => response.end());

    const answer = await client().http(get(origin, { headers: { 'x-tts-access-token': 'TTP_\n1' } }));

    expect(answer).toMatchObject({ answered: false, sent: false });
    expect(JSON.stringify(answer)).not.toContain('TTP_');
  });

  test.for([
    ['headers', (): string => ''],
    ['the rest of the body', (): string => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
  ] as const)('in time, because the server never sends %s: timeout, sent', async ([, beginning]) => {
    const { origin } = await serveRaw((socket) => socket.once('data', () => socket.write(beginning())));

    const answer = await client().http(get(origin, { timeout: 1_500 }));

    expect(answer).toEqual({ answered: false, sent: true, reason: 'timeout', detail: 'no answer within 1500 ms' });
  });

  test.for([
    ['before a response', ''],
    ['in the middle of a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
    ['in the middle of a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ] as const)('because the connection closes %s: connection-lost, sent, and sent only once', async ([, beginning]) => {
    let requests = 0;
    const { origin } = await serveRaw((socket) =>
      socket.once('data', () => {
        requests += 1;
        socket.end(beginning);
      }),
    );

    expect(await client().http(get(origin))).toMatchObject({ answered: false, sent: true, reason: 'connection-lost' });
    expect(requests).toBe(1);
  });

  test('because the connection is reset in the middle of the body: connection-lost, sent', async () => {
    const { origin } = await serveRaw((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => socket.resetAndDestroy());
      }),
    );

    expect(await client().http(get(origin))).toMatchObject({ answered: false, sent: true, reason: 'connection-lost' });
  });

  test.for([
    ['a Content-Length that is too long', 'Content-Length: 99\r\n\r\n{"code":0}'],
    ['a missing last chunk', 'Transfer-Encoding: chunked\r\n\r\na\r\n{"code":0}\r\n'],
  ] as const)('is reported if the whole JSON document arrived despite %s', async ([, rest], { expect }) => {
    const { origin } = await serveRaw((socket) => socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${rest}`)));
    expect(await client().http(get(origin))).toMatchObject({ answered: true, status: 200, body: '{"code":0}' });
  });

  test('from a server that doesn’t speak HTTP: connection-lost, sent', async () => {
    const { origin } = await serveRaw((socket) => socket.once('data', () => socket.end('220 mail ready\r\n')));

    expect(await client().http(get(origin))).toMatchObject({ answered: false, sent: true, reason: 'connection-lost' });
  });
});

describe('a response that is too large', () => {
  test('is cut off and its connection closed, long before 50 MB are sent', async () => {
    let written = 0;
    const { server, origin } = await serve((_request, response) => {
      const more = (): void => {
        while (written < 50 * 1024 * 1024) {
          written += 64 * 1024;
          if (!response.write(Buffer.alloc(64 * 1024))) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const closed = new Promise<void>((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve));
    });

    const answer = await client().http(get(origin));

    expect(answer).toEqual({
      answered: false,
      sent: true,
      reason: 'answer-too-large',
      detail: 'more than 1048576 bytes',
    });
    await closed;
    expect(written).toBeLessThan(20 * 1024 * 1024);
  });

  test('has at least one byte more than the limit', async () => {
    const { origin } = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))));
    const { http } = client();

    expect(await http(get(`${origin}/1048576`))).toMatchObject({ answered: true });
    expect(await http(get(`${origin}/1048577`))).toMatchObject({ answered: false, reason: 'answer-too-large' });
  });

  test('is too large even if only spaces follow complete JSON', async () => {
    const { origin } = await serve((_request, response) => response.end(`{}${' '.repeat(1_048_576)}`));
    expect(await client().http(get(origin))).toMatchObject({ answered: false, reason: 'answer-too-large' });
  });
});

describe('a request', () => {
  test('that is aborted while it waits for the response counts as sent', async () => {
    const controller = new AbortController();
    const { origin } = await serveRaw((socket) =>
      socket.once('data', () => {
        controller.abort(new Error('Ctrl-C'));
      }),
    );

    const answer = await client().http(get(origin, { signal: controller.signal }));

    expect(answer).toMatchObject({ answered: false, sent: true, reason: 'aborted' });
  });

  test('that is aborted before it begins isn’t sent', async () => {
    let connections = 0;
    const { origin } = await serveRaw(() => (connections += 1));

    const answer = await client().http(get(origin, { signal: AbortSignal.abort() }));

    expect(answer).toMatchObject({ answered: false, sent: false, reason: 'aborted' });
    expect(connections).toBe(0);
  });

  test('that is aborted because the client closes counts as sent', async () => {
    const { http, close } = client();
    const { origin } = await serveRaw((socket) => socket.once('data', close));

    expect(await http(get(origin))).toMatchObject({ answered: false, sent: true, reason: 'aborted' });
  });

  test('leaves no listener on its signal', async () => {
    const { signal } = new AbortController();
    const { origin } = await serve((_request, response) => response.end());

    await client().http(get(origin, { signal }));

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
