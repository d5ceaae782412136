import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { speakThrough, type ProtocolEvent } from '../../src/browser/pipe.ts';

/** Both ends of a pipe to a browser that the test plays. */
function speak() {
  const toBrowser = new PassThrough();
  const fromBrowser = new PassThrough();
  const events: ProtocolEvent[] = [];
  const send = speakThrough(toBrowser, fromBrowser, (event) => events.push(event));
  const sent = (): unknown[] => {
    const text = String((toBrowser.read() as Buffer | null) ?? '');
    return text
      .split('\0')
      .filter(Boolean)
      .map((message): unknown => JSON.parse(message));
  };
  return { send, sent, events, fromBrowser, toBrowser };
}

test('a command is one message that ends with a NUL byte', async () => {
  const { send, toBrowser } = speak();
  void send('Page.navigate', { url: 'about:blank' }, 'S');
  await turn();
  expect(String(toBrowser.read())).toBe(
    '{"id":1,"method":"Page.navigate","params":{"url":"about:blank"},"sessionId":"S"}\0',
  );
});

test('each command gets its own answer, in whatever order they come', async () => {
  const { send, sent, fromBrowser } = speak();
  const first = send('A.a');
  const second = send('B.b');
  expect(sent()).toMatchObject([{ id: 1 }, { id: 2 }]);
  fromBrowser.write('{"id":2,"result":{"b":true}}\0{"id":1,"error":{"code":-32000,"message":"No such page"}}\0');
  expect(await first).toEqual({ ok: false, why: 'No such page' });
  expect(await second).toEqual({ ok: true, result: { b: true } });
});

test('a message may come in pieces, cut inside a character too', async () => {
  const { events, fromBrowser } = speak();
  const message = Buffer.from('{"method":"Told.about","params":{"name":"Zoë"},"sessionId":"S"}\0{"method":"Next"}\0');
  const cut = message.indexOf('ë') + 1;
  for (const piece of [message.subarray(0, 5), message.subarray(5, cut), message.subarray(cut)]) {
    fromBrowser.write(piece);
    await turn();
  }
  expect(events).toEqual([
    { method: 'Told.about', params: { name: 'Zoë' }, sessionId: 'S' },
    { method: 'Next', params: undefined, sessionId: undefined },
  ]);
});

test('what is no message of the protocol is passed over', async () => {
  const { events, fromBrowser } = speak();
  fromBrowser.write('nonsense\0[1]\0{"method":7}\0{"id":99,"result":{}}\0{"method":"Good"}\0');
  await turn();
  expect(events.map(({ method }) => method)).toEqual(['Good']);
});

test('a command is answered when the browser ends before or after it', async () => {
  const { send, fromBrowser } = speak();
  const before = send('A.a');
  fromBrowser.end();
  expect(await before).toEqual({ ok: false, why: 'it has ended' });
  expect(await send('B.b')).toEqual({ ok: false, why: 'it has ended' });
});

test('a pipe that breaks while it is written to ends the talk', async () => {
  const { send, toBrowser } = speak();
  const command = send('A.a');
  toBrowser.destroy(new Error('EPIPE'));
  expect(await command).toEqual({ ok: false, why: 'it has ended' });
});
