import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Secret } from '../../../../src/ground/secret.ts';
import { read, remove, temporaryDirectory, write, systemKeychain } from '../../setting.ts';
import { sessionObstacle, startSession } from './secret-service.ts';

beforeEach(({ skip }) => {
  skip(sessionObstacle !== undefined, sessionObstacle);
});

const value = 'f'.repeat(64);
const secret = new Secret(value);

test('an entry can be written, found, seen with the desktop’s own tools, and removed', async ({ onTestFinished }) => {
  const session = await startSession(onTestFinished);
  const keychain = systemKeychain(session);
  expect(await keychain(read('an-id'))).toEqual({ outcome: 'answered' });
  expect(await keychain(write('an-id', secret))).toEqual({ outcome: 'answered' });

  const found = await keychain(read('an-id'));
  expect('secret' in found && found.secret.reveal()).toBe(value);
  const seen = await session.search();
  expect(seen).toContain(`secret = ${value}`);
  expect(seen).toContain('attribute.username = an-id');

  expect(await keychain(remove('an-id'))).toEqual({ outcome: 'answered' });
  expect(await session.search()).toBe('');
});

test('a locked keychain is reported as locked by every call', async ({ onTestFinished }) => {
  const session = await startSession(onTestFinished);
  const keychain = systemKeychain(session);
  expect(await keychain(write('an-id', secret))).toEqual({ outcome: 'answered' });
  await session.lock();

  for (const answer of [
    await keychain(read('an-id')),
    await keychain(write('b', secret)),
    await keychain(remove('an-id')),
  ])
    expect(answer).toEqual({ outcome: 'locked', detail: 'it is locked' });
});

test('a bus without a keychain counts as no keychain', async ({ onTestFinished }) => {
  const session = await startSession(onTestFinished, { provider: false });

  for (const answer of [await systemKeychain(session)(read('a')), await systemKeychain(session)(write('a', secret))])
    expect(answer).toEqual({ outcome: 'none', detail: 'no keychain program is installed' });
});

test('a keychain that stops answering counts as slow, and can be used again when it answers again', async ({
  onTestFinished,
}) => {
  const session = await startSession(onTestFinished);
  await systemKeychain(session)(write('an-id', secret));
  session.freeze();
  const keychain = systemKeychain({ ...session, limit: 500 });
  expect(await keychain(read('an-id'))).toMatchObject({ outcome: 'slow' });
  expect(await keychain(write('b', secret))).toMatchObject({ outcome: 'slow' });
  session.thaw();
  expect(await systemKeychain(session)(read('an-id'))).toEqual({ outcome: 'answered', secret });
});

test('a bus that accepts the connection and says nothing counts as slow after 3 seconds', async ({
  onTestFinished,
}) => {
  const path = join(await temporaryDirectory(), 'bus');
  const sockets: Socket[] = [];
  const bus = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => bus.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    bus.close();
  });

  const answer = await systemKeychain({ env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` } })(read('a'));

  expect(answer).toEqual({ outcome: 'slow', detail: 'no answer within 3 seconds' });
  // The process that asked has exited, so it keeps no connection open.
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))));
  expect(sockets).toHaveLength(1);
});
