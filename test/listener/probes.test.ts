import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completes, dial, request, send, start, state, validQuery, validTarget, type Reply } from './probe.ts';

/** A stray or hostile request, and the status of its response. */
interface Probe {
  readonly name: string;
  readonly bytes: (port: number) => string;
  readonly status: number;
}

const host = (port: number): string => `Host: 127.0.0.1:${String(port)}`;
const asked = (method: string, target: string, ...headers: string[]): Probe['bytes'] => {
  return (port) => request(method, target, [host(port), ...headers]);
};

const probes: readonly Probe[] = [
  { name: 'a browser’s request for the icon', bytes: asked('GET', '/favicon.ico'), status: 404 },
  { name: 'a wrong path', bytes: asked('GET', `/callback2?${validQuery}`), status: 404 },
  { name: 'the path with an extra slash', bytes: asked('GET', `/callback/?${validQuery}`), status: 404 },
  { name: 'the path with a percent-encoded letter', bytes: asked('GET', `/%63allback?${validQuery}`), status: 404 },
  { name: 'a forged error without state', bytes: asked('GET', '/callback?error=access_denied'), status: 400 },
  { name: 'a wrong state', bytes: asked('GET', '/callback?code=TTP_evil&state=wrong'), status: 400 },
  {
    name: 'a non-ASCII state of equal length',
    bytes: asked('GET', `/callback?code=TTP_evil&state=${'%C3%A9'.repeat(state.length)}`),
    status: 400,
  },
  { name: 'no query', bytes: asked('GET', '/callback'), status: 400 },
  { name: 'no state', bytes: asked('GET', '/callback?code=TTP_evil'), status: 400 },
  { name: 'two states', bytes: asked('GET', `${validTarget}&state=${state}`), status: 400 },
  { name: 'two codes', bytes: asked('GET', `${validTarget}&code=TTP_evil`), status: 400 },
  { name: 'the code null', bytes: asked('GET', `/callback?code=null&state=${state}`), status: 400 },
  { name: 'an empty code', bytes: asked('GET', `/callback?code=&state=${state}`), status: 400 },
  { name: 'a header with a control character', bytes: asked('GET', validTarget, 'X-Odd: a\u0001b'), status: 400 },
  { name: 'HEAD', bytes: asked('HEAD', validTarget), status: 405 },
  { name: 'OPTIONS', bytes: asked('OPTIONS', validTarget), status: 405 },
  {
    name: 'a preflight request',
    bytes: asked(
      'OPTIONS',
      validTarget,
      'Origin: https://evil.example',
      'Access-Control-Request-Method: GET',
      'Access-Control-Request-Private-Network: true',
    ),
    status: 405,
  },
  { name: 'POST', bytes: asked('POST', validTarget, 'Content-Length: 0'), status: 405 },
  { name: 'DELETE', bytes: asked('DELETE', validTarget), status: 405 },
  {
    name: 'a POST that waits for 100 Continue',
    bytes: asked('POST', validTarget, 'Content-Length: 9', 'Expect: 100-continue'),
    status: 405,
  },
  { name: 'an unknown expectation', bytes: asked('GET', '/', 'Expect: miracles'), status: 404 },
  { name: 'CONNECT', bytes: asked('CONNECT', 'evil.example:443'), status: 400 },
  { name: 'TRACE', bytes: asked('TRACE', validTarget), status: 405 },
  { name: 'another site’s Host', bytes: () => request('GET', validTarget, ['Host: evil.example']), status: 421 },
  {
    name: 'another site’s Host with the port',
    bytes: (port) => request('GET', validTarget, [`Host: evil.example:${String(port)}`]),
    status: 421,
  },
  { name: 'a Host without the port', bytes: () => request('GET', validTarget, ['Host: 127.0.0.1']), status: 421 },
  { name: 'a Host on another port', bytes: () => request('GET', validTarget, ['Host: 127.0.0.1:1']), status: 421 },
  {
    name: 'a Host that begins like ours',
    bytes: (port) => request('GET', validTarget, [`${host(port)}.evil.example`]),
    status: 421,
  },
  { name: 'two Hosts', bytes: (port) => request('GET', validTarget, [host(port), 'Host: evil.example']), status: 400 },
  { name: 'no Host', bytes: () => request('GET', validTarget, []), status: 400 },
  { name: 'another site’s Origin', bytes: asked('GET', validTarget, 'Origin: https://evil.example'), status: 403 },
  { name: 'an opaque Origin', bytes: asked('GET', validTarget, 'Origin: null'), status: 403 },
  {
    name: 'a frame that sends only Sec-Fetch-Dest',
    bytes: asked('GET', validTarget, 'Sec-Fetch-Dest: iframe'),
    status: 403,
  },
  {
    name: 'a page’s fetch',
    bytes: asked('GET', validTarget, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: empty'),
    status: 403,
  },
  {
    name: 'a page’s image',
    bytes: asked('GET', validTarget, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'),
    status: 403,
  },
  {
    name: 'a page’s frame',
    bytes: asked('GET', validTarget, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'),
    status: 403,
  },
  {
    name: 'a page that the browser loads before anyone opens it',
    bytes: asked('GET', validTarget, 'Sec-Fetch-Dest: document', 'Sec-Purpose: prefetch;prerender'),
    status: 403,
  },
  {
    name: 'a WebSocket',
    bytes: asked('GET', validTarget, 'Connection: Upgrade', 'Upgrade: websocket', 'Origin: https://evil.example'),
    status: 403,
  },
  { name: 'the target //', bytes: asked('GET', '//'), status: 404 },
  { name: 'a target that names another host', bytes: asked('GET', `//evil.example${validTarget}`), status: 404 },
  { name: 'the target http://[', bytes: asked('GET', 'http://['), status: 400 },
  { name: 'the target *', bytes: asked('GET', '*'), status: 400 },
  {
    name: 'an absolute target',
    bytes: (port) => request('GET', `http://127.0.0.1:${String(port)}${validTarget}`, [host(port)]),
    status: 400,
  },
  { name: 'NUL bytes', bytes: () => '\0\0\0\0\r\n\r\n', status: 400 },
  { name: 'a NUL in the target', bytes: asked('GET', `${validTarget}\0`), status: 400 },
  { name: 'raw bytes', bytes: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\xff\xfe', status: 400 },
  { name: 'HTTP/0.9', bytes: () => `GET ${validTarget}\r\n\r\n`, status: 400 },
  { name: 'text that isn’t a request', bytes: () => 'HELLO THERE\r\n\r\n', status: 400 },
  { name: 'a header of 100 KB', bytes: asked('GET', validTarget, `X-Long: ${'x'.repeat(100_000)}`), status: 431 },
  { name: 'a target of 100 KB', bytes: asked('GET', `${validTarget}&x=${'x'.repeat(100_000)}`), status: 431 },
  {
    name: 'another site’s Host before the valid request',
    bytes: (port) => request('GET', '/', ['Host: evil.example']) + request('GET', validTarget, [host(port)]),
    status: 421,
  },
];

function expectGuarded({ headers, raw }: Reply): void {
  expect(Object.fromEntries(headers), raw).toMatchObject({
    connection: 'close',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'content-type': 'text/html; charset=utf-8',
  });
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  for (const name of headers.keys()) expect(name).not.toMatch(/^(access-control-|server$|x-powered-by)/);
}

test.each(probes.map(({ name, bytes, status }) => [name, bytes, status] as const))(
  '%s is answered and doesn’t end the login',
  async (_, bytes, status) => {
    const started = await start();
    const reply = await send(started.port, bytes(started.port));
    expect(reply.status).toBe(status);
    expectGuarded(reply);
    // One response, then the connection is closed.
    expect(reply.raw.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    const page = await completes(started);
    expect(page.status).toBe(200);
    expectGuarded(page);
  },
);

test('all of these requests in a row don’t end the login, and only wrong states and codes are reported', async () => {
  const started = await start();
  for (const { bytes } of probes) await send(started.port, bytes(started.port));
  expect((await completes(started)).body).toContain('TikTok Shop is connected');
  expect(started.reported).toEqual([
    'There isn’t exactly one state.',
    'The state belongs to another login.',
    'There isn’t exactly one code.',
  ]);
});

test('the page for too many cookies says how to delete them, not that the address is wrong', async () => {
  const { port } = await start();
  const { status, body } = await send(
    port,
    request('GET', validTarget, [host(port), `Cookie: a=${'x'.repeat(20_000)}`]),
  );
  expect(status).toBe(431);
  expect(body).toContain('Delete the cookies');
  expect(body).not.toContain('Redirect URL');
});

test('the response to a wrong method names the right one, and HEAD gets no body', async () => {
  const { port } = await start();
  const head = await send(port, request('HEAD', validTarget, [host(port)]));
  expect(head.headers.get('allow')).toBe('GET');
  expect(head.body).toBe('');
  const found = await send(port, request('GET', '/other', [host(port)]));
  expect(found.headers.has('allow')).toBe(false);
  expect(found.headers.get('content-length')).toBe(String(Buffer.byteLength(found.body)));
});

test('bytes after the valid request on its connection don’t corrupt its page', async () => {
  const { listener, port } = await start();
  const browser = dial(port);
  browser.socket.write(request('GET', validTarget, [host(port)]) + '\0 no request at all\r\n\r\n');
  const { finish } = await listener.arrival;
  await send(port, 'no request either\r\n\r\n');
  await finish({ kind: 'connected', shops: [] });
  const reply = await browser.reply;
  expect(reply.status).toBe(200);
  expect(reply.raw.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

test('a POST of 20 MB is answered without being read', { tags: 'repetitive' }, async () => {
  const started = await start();
  const { socket, reply } = dial(started.port);
  const answered = new Promise<number>((resolve) => {
    socket.once('data', () => {
      resolve(socket.writableLength);
    });
  });
  socket.write(request('POST', validTarget, [host(started.port), 'Content-Length: 20971520']));
  for (let sent = 0; sent < 20; sent++) socket.write(Buffer.alloc(1024 * 1024, 'x'));
  expect(await answered).toBeGreaterThan(0);
  const { status } = await reply;
  expect(status).toBe(405);
  expect((await completes(started)).status).toBe(200);
});

test('a client that sends a byte now and then is disconnected, and the valid callback still arrives', async () => {
  const started = await start({ limits: { requestTimeoutMs: 2_000 } });
  const slow = dial(started.port);
  const bytes = request('GET', validTarget, [host(started.port)]);
  let sent = 0;
  const drip = setInterval(() => slow.socket.write(bytes[sent++] ?? ''), 200);
  const reply = await slow.reply;
  clearInterval(drip);
  expect(reply.status).toBe(408);
  expectGuarded(reply);
  expect((await completes(started)).status).toBe(200);
});

test('a silent connection is closed without a response, which a browser could take for its next request’s', async () => {
  const { port } = await start({ limits: { requestTimeoutMs: 200 } });
  const { reply } = dial(port);
  expect((await reply).raw).toBe('');
});

/** Resolves once this many of the connections have closed. */
function closed(connections: readonly { reply: Promise<Reply> }[], many: number): Promise<void> {
  let left = many;
  return new Promise((resolve) => {
    for (const { reply } of connections)
      void reply.then(() => {
        if (--left === 0) resolve();
      });
  });
}

// A timeout so long that only the connection limit closes a silent connection.
const hour = 3_600_000;

test('1,000 silent connections don’t keep the browser out: the oldest are closed', { tags: 'repetitive' }, async () => {
  const started = await start({ limits: { requestTimeoutMs: hour } });
  const silent = Array.from({ length: 1000 }, () => dial(started.port));
  const room = closed(silent, 400);
  await Promise.all(silent.map(({ open }) => open));
  expect((await completes(started)).status).toBe(200);
  await room;
});

test('silent connections can’t displace the browser that waits for its page', async () => {
  const started = await start({ limits: { requestTimeoutMs: hour, connections: 20 } });
  const browser = dial(started.port);
  browser.socket.write(request('GET', validTarget, [host(started.port)]));
  const callback = await started.listener.arrival;
  const silent = Array.from({ length: 60 }, () => dial(started.port));
  await Promise.race([closed(silent, 41), browser.reply]);
  expect(browser.socket.closed).toBe(false);
  await callback.finish({ kind: 'connected', shops: [] });
  expect((await browser.reply).status).toBe(200);
});

test('a connection that the browser opened early still works after many others', async () => {
  const { listener, port } = await start({ limits: { requestTimeoutMs: hour, connections: 20 } });
  const browser = dial(port);
  await browser.open;
  for (let gone = 0; gone < 40; gone++) await send(port, request('GET', '/', [host(port)]));
  browser.socket.write(request('GET', validTarget, [host(port)]));
  const callback = await Promise.race([listener.arrival, browser.reply]);
  expect(callback).toHaveProperty('verdict');
});

test('a client that resets its connection after any request affects nobody else', async () => {
  const started = await start();
  for (const bytes of ['', 'GET', request('CONNECT', 'evil.example:443', []), request('POST', validTarget, [])]) {
    const { socket, open, reply } = dial(started.port);
    await open;
    socket.write(bytes);
    if (bytes.startsWith('CONNECT')) await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
    await reply;
  }
  expect((await completes(started)).status).toBe(200);
});

test('10,000 requests on one connection get one response', { tags: 'repetitive' }, async () => {
  const started = await start();
  const reply = await send(started.port, request('GET', '/', [host(started.port)]).repeat(10_000));
  expect(reply.raw.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect((await completes(started)).status).toBe(200);
});

test(
  'arbitrary bytes are never accepted, every response has the security headers, and the login completes',
  { tags: 'repetitive' },
  async () => {
    const started = await start({ limits: { requestTimeoutMs: 2_000 } });
    const words = fc.constantFrom(
      'GET ',
      'POST ',
      validTarget,
      ' HTTP/1.1',
      '\r\n',
      '\r\n\r\n',
      'Host: ',
      'x',
      ':',
      '\0',
      '%',
      'Transfer-Encoding: chunked\r\n',
    );
    const bytes = fc.array(fc.oneof(words, fc.string({ unit: 'binary-ascii' })), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(bytes, async (parts) => {
        const { socket, reply } = dial(started.port);
        socket.end(Buffer.from(parts.join(''), 'latin1'));
        const answer = await reply;
        if (answer.raw !== '') expectGuarded(answer);
        expect(answer.status).not.toBe(200);
      }),
      { numRuns: 150 },
    );
    expect((await completes(started)).status).toBe(200);
  },
);
