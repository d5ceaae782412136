import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { answer, Connections } from '../../src/listener/connections.ts';

/** Starts a server on loopback. Returns a function that connects to it and returns both ends. */
async function server(): Promise<() => Promise<{ ours: Socket; theirs: Socket }>> {
  const listening = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    listening.close();
  });
  return async () => {
    const theirs = connect({ port: (listening.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    theirs.on('error', () => undefined);
    onTestFinished(() => {
      theirs.destroy();
    });
    const [ours] = (await once(listening, 'connection')) as [Socket];
    onTestFinished(() => {
      ours.destroy();
    });
    return { ours, theirs };
  };
}

test('connections up to the limit stay open, and one more closes the oldest that isn’t kept', async () => {
  const dial = await server();
  const connections = new Connections(3);
  const sockets: Socket[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { ours } = await dial();
    connections.admit(ours);
    sockets.push(ours);
  }
  const [first, second, third] = sockets;
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);

  connections.kept = first;
  connections.admit((await dial()).ours);
  expect([first, second, third].map((socket) => socket?.destroyed)).toEqual([false, true, false]);
});

test('when the listener closes, every connection without an unfinished response is closed at once', async () => {
  const dial = await server();
  const connections = new Connections(3);
  const { ours } = await dial();
  connections.admit(ours);

  connections.end();

  expect(ours.destroyed).toBe(true);
});

test('a response that is still being written when the listener closes arrives complete', async () => {
  const dial = await server();
  const connections = new Connections(3);
  const { ours, theirs } = await dial();
  connections.admit(ours);
  // More than the system will buffer before the other end starts reading.
  const size = 16 * 1_048_576;
  ours.end(Buffer.alloc(size));

  connections.end();

  expect(ours.destroyed).toBe(false);
  let read = 0;
  for await (const chunk of theirs) read += (chunk as Buffer).length;
  expect(read).toBe(size);
  if (!ours.closed) await once(ours, 'close');
});

test('a client that never reads its response is disconnected', async () => {
  const dial = await server();
  const connections = new Connections(3);
  const { ours } = await dial();
  connections.admit(ours);
  // More than the system will buffer, because the other end never reads.
  ours.write(Buffer.alloc(16 * 1_048_576));
  void answer(ours, { status: 404, content: { kind: 'not-here' } });

  connections.end();

  await once(ours, 'close');
  expect(ours.bytesWritten).toBeGreaterThan(0);
});

test('a client that never closes an answered connection is disconnected', async () => {
  const dial = await server();
  const { ours, theirs } = await dial();
  ours.resume();
  theirs.resume();

  await answer(ours, { status: 404, content: { kind: 'not-here' } });

  expect(ours.destroyed).toBe(true);
  expect(theirs.writableEnded).toBe(false);
});
