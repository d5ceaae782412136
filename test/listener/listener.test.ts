import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { isFailure } from '../../src/ground/errors.ts';
import { listen } from '../../src/listener/listener.ts';
import {
  completes,
  dial,
  get,
  judge,
  navigate,
  request,
  send,
  start,
  state,
  validTarget,
  type Accepted,
  type Verdict,
} from './probe.ts';

test('the approved callback arrives with the judge’s result, and the browser waits for its page', async () => {
  const { listener, port } = await start();
  const browser = dial(port);
  let heardSomething = false;
  browser.socket.once('data', () => (heardSomething = true));
  browser.socket.write(request('GET', validTarget, [`Host: localhost:${String(port)}`]));
  const { verdict, finish } = await listener.arrival;
  expect(verdict).toEqual({ outcome: 'approved', code: 'TTP_right' });
  // Even after a whole exchange with another client, the browser is still waiting.
  await get(port, '/favicon.ico');
  expect(heardSomething).toBe(false);
  await finish({ kind: 'connected', shops: [{ name: 'Blue Lamp', region: 'GB' }] });
  const { status, body } = await browser.reply;
  expect(status).toBe(200);
  expect(body).toContain('<bdi>Blue Lamp</bdi>');
});

test('a denial with the right state arrives as a denial, and its page says so', async () => {
  const { listener, port } = await start();
  const page = navigate(port, `/callback?code=null&error=auth_denied&state=${state}`);
  const { verdict, finish } = await listener.arrival;
  expect(verdict).toEqual({ outcome: 'denied', error: 'auth_denied' });
  await finish({ kind: 'denied' });
  expect((await page).body).toContain('The app wasn’t authorized');
});

test('a repeated callback, before or after the page, is answered as already received and changes nothing', async () => {
  const { listener, port } = await start();
  const first = navigate(port);
  const callback = await listener.arrival;
  const again = await navigate(port);
  expect(again.status).toBe(409);
  expect(again.body).toContain('already received');
  await callback.finish({ kind: 'connected', shops: [] });
  expect((await first).body).toContain('TikTok Shop is connected');
  expect((await navigate(port)).status).toBe(409);
  expect((await navigate(port, `/callback?error=auth_denied&state=${state}`)).status).toBe(409);
  expect(await listener.arrival).toBe(callback);
});

test('only the first page is sent', async () => {
  const { listener, port } = await start();
  const page = navigate(port);
  const { finish } = await listener.arrival;
  const finished = finish({ kind: 'failed', message: 'It broke.', fix: 'Fix it.' });
  expect(finish({ kind: 'denied' })).toBe(finished);
  await finished;
  expect((await page).body).toContain('It broke.');
});

test('a browser that waited too long gets a page that points to the terminal, and the late page is dropped', async () => {
  const { listener, port } = await start({ limits: { pageTimeoutMs: 50 } });
  const page = navigate(port);
  const { finish } = await listener.arrival;
  const { status, body } = await page;
  expect(status).toBe(200);
  expect(body).toContain('The result is in the terminal');
  await finish({ kind: 'connected', shops: [] });
});

test('closing the browser while it waits doesn’t delay the program', async () => {
  const { listener, port } = await start();
  const browser = dial(port);
  browser.socket.write(request('GET', validTarget, [`Host: localhost:${String(port)}`]));
  const { finish } = await listener.arrival;
  browser.socket.destroy();
  await browser.reply;
  // By now the listener has noticed that the browser is gone.
  expect((await navigate(port)).status).toBe(409);
  await finish({ kind: 'connected', shops: [] });
});

test('each reason for a refusal is reported once, and the page always gives it', async () => {
  const started = await start();
  for (const code of ['one', 'two']) {
    const { status, body } = await get(started.port, `/callback?code=${code}&state=wrong`);
    expect(status).toBe(400);
    expect(body).toContain('The state belongs to another login.');
  }
  await get(started.port, '/callback?code=three');
  expect(started.reported).toEqual(['The state belongs to another login.', 'There isn’t exactly one state.']);
});

test('once the callback has arrived, refusals are no longer reported', async () => {
  const started = await start();
  await completes(started);
  expect((await get(started.port, '/callback?code=x&state=wrong')).status).toBe(400);
  expect(started.reported).toEqual([]);
});

test('at most 20 refusals are reported, however many reasons there are', async () => {
  const started = await start({
    judge: (query) => ({ outcome: 'refused', why: query.get('n') ?? '' }),
  });
  for (let n = 0; n < 25; n++) await get(started.port, `/callback?n=${String(n)}`);
  expect(started.reported).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
});

test('if the judge throws on a request, the request is refused and the login still completes', async () => {
  const started = await start({
    judge: (query): Verdict => {
      if (query.has('stumble')) throw new Error('stumbled');
      return judge(query);
    },
  });
  expect((await get(started.port, '/callback?stumble')).status).toBe(400);
  expect((await completes(started)).status).toBe(200);
});

test('closing ends an idle connection and an unfinished request at once', async () => {
  const { listener, port } = await start({ limits: { requestTimeoutMs: 3_600_000 } });
  const idle = dial(port);
  const half = dial(port);
  half.socket.write('GET /callback');
  await Promise.all([idle.open, half.open, get(port, '/')]);
  await listener.close();
  await Promise.all([idle.reply, half.reply]);
  await expect(dial(port).reply).resolves.toMatchObject({ raw: '' });
});

test('closing gives a browser that is still waiting a page that points to the terminal', async () => {
  const { listener, port } = await start();
  const page = navigate(port);
  await listener.arrival;
  await Promise.all([listener.close(), listener.close()]);
  await listener.close();
  expect((await page).body).toContain('The result is in the terminal');
});

test('a page that is being sent when the listener closes arrives complete', async () => {
  const { listener, port } = await start();
  const page = navigate(port);
  const { finish } = await listener.arrival;
  void finish({ kind: 'connected', shops: [] });
  await listener.close();
  const { headers, body } = await page;
  expect(body).toContain('TikTok Shop is connected');
  expect(Buffer.byteLength(body)).toBe(Number(headers.get('content-length')));
});

test('Ctrl-C ends every connection, closes the port and removes its listener from the signal', async () => {
  const { listener, port, abort } = await start();
  const idle = dial(port);
  await idle.open;
  abort.abort();
  await idle.reply;
  await listener.close();
  expect((await send(port, 'GET')).raw).toBe('');
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
});

test('a closed listener no longer listens to the signal', async () => {
  const { listener, abort } = await start();
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  await listener.close();
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
});

test('if Ctrl-C was already pressed, the port is closed at once', async () => {
  const listener = await listen<Accepted>({
    redirectUrl: 'http://localhost/callback',
    port: 0,
    judge,
    onRefused: () => undefined,
    signal: AbortSignal.abort(),
  });
  if (isFailure(listener)) throw listener;
  expect((await send(listener.port, 'GET')).raw).toBe('');
});

test('a callback from Node’s own fetch completes the login', async () => {
  const { listener, port } = await start();
  const answer = fetch(`http://127.0.0.1:${String(port)}${validTarget}`);
  const { verdict, finish } = await listener.arrival;
  expect(verdict).toEqual({ outcome: 'approved', code: 'TTP_right' });
  await finish({ kind: 'connected', shops: [] });
  expect((await answer).status).toBe(200);
});
