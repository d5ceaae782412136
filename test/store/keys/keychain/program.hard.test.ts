import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test as baseTest, vi } from 'vitest';
import { filesBelow, type Machine } from '../../../journeys/machine.ts';
import { document, errorOf } from '../../../journeys/run.ts';
import { freshJourney, statusOf, type Journey } from '../../../journeys/journey.ts';
import { tracesIn } from '../../../journeys/traces.ts';
import { splitStore } from '../../setting.ts';
import { sessionObstacle, startSession, type Session } from './secret-service.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 180_000 });

beforeEach(({ skip }) => {
  skip(sessionObstacle !== undefined, sessionObstacle);
});

type After = Parameters<typeof startSession>[0];

const limit = 60_000;

/** A desktop with a keychain, and a shop that isn't connected yet. */
async function desktop(after: After): Promise<{ journey: Journey; session: Session }> {
  const session = await startSession(after);
  return { session, journey: await freshJourney(after, { env: session.env }) };
}

async function connectedDesktop(after: After): Promise<{ journey: Journey; session: Session; store: string }> {
  const { journey, session } = await desktop(after);
  const { machine, connect, secret } = journey;
  const run = await machine.run([...connect, '--json'], { ...secret, limit });
  expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  expect(document(run)).toMatchObject({ keySource: 'keychain' });
  return { journey, session, store: join(machine.configDirectory, 'connections') };
}

/** The paths of the key files. */
const keyFiles = async ({ home }: Machine): Promise<readonly string[]> =>
  (await filesBelow(home)).map(({ path }) => path).filter((path) => path.endsWith('.key'));

test('a new store’s key is stored in the keychain and nowhere else, and disconnect removes it', async ({
  onTestFinished,
}) => {
  const { journey, session } = await connectedDesktop(onTestFinished);
  const { machine, shop } = journey;

  const seen = await session.search();
  expect(seen.match(/^secret = /gm)).toHaveLength(1);
  expect(seen).toMatch(/^secret = [0-9a-f]{64}$/m);
  expect(tracesIn(Buffer.from(seen), shop.secrets)).toEqual([]);
  const [file] = await filesBelow(machine.configDirectory);
  const { key } = splitStore(file?.bytes ?? Buffer.alloc(0)).header as { key: { source: string; id: string } };
  expect(key.source).toBe('keychain');
  expect(seen).toContain(`attribute.username = ${key.id}`);
  expect(await keyFiles(machine)).toEqual([]);

  expect((await statusOf(machine)).keySource).toBe('keychain');
  expect((await machine.run(['status'])).stdout).toContain('the system’s keychain');
  expect(await machine.run(['token', '--min-validity', '10080'], { limit })).toMatchObject({ exitCode: 0 });
  expect(document(await machine.run(['doctor', 'key', 'store', '--json'], { limit }))).toMatchObject({
    status: 'pass',
  });

  const gone = await machine.run(['disconnect', '--yes', '--json'], { limit });
  expect(document(gone)).toMatchObject({ storeRemoved: true, keyRemoved: 'keychain' });
  expect(await session.search()).toBe('');
});

const closed: readonly (readonly [string, (session: Session) => unknown, RegExp])[] = [
  ['locked', (session) => session.lock(), /it is locked/],
  [
    'frozen',
    (session) => {
      session.freeze();
    },
    /it doesn’t answer|no answer within 3 seconds/,
  ],
];

describe.each(closed)('a keychain that is %s', (_, close, words) => {
  test('stops a new setup, and nothing weaker is used instead', async ({ onTestFinished }) => {
    const { journey, session } = await desktop(onTestFinished);
    const { machine, connect, secret, shop } = journey;
    await close(session);

    const run = await machine.run([...connect, '--json'], { ...secret, limit });

    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 1 });
    expect(errorOf(run).code).toBe('keychain-failed');
    expect(errorOf(run).message).toMatch(words);
    expect(errorOf(run).message).toContain('No store was created');
    expect(shop.requests).toEqual([]);
    expect(await keyFiles(machine)).toEqual([]);
    expect(await readdir(machine.configDirectory).catch(() => [])).toEqual([]);
  });

  test('leaves the store closed and unchanged', async ({ onTestFinished }) => {
    const { journey, session, store } = await connectedDesktop(onTestFinished);
    const { machine } = journey;
    const before = await readFile(store);
    await close(session);

    // A passphrase in the environment neither opens the store nor replaces its key.
    const env = { OTTOKIT_TIKTOK_PASSPHRASE: 'another way' };
    // One at a time: the keychain of a busy machine may not answer all of them within 3 seconds.
    for (const args of [['status'], ['token'], ['store', 'move', 'key-file'], ['disconnect', '--yes']]) {
      const run = await machine.run([...args, '--json'], { env, limit });
      expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 1 });
      expect(errorOf(run).code).toBe('keychain-failed');
      expect(errorOf(run).message).toMatch(words);
    }
    const doctor = await machine.run(['doctor', 'key', '--json'], { limit });
    expect(doctor.exitCode).toBe(1);
    expect(doctor.stdout).toMatch(words);
    expect(await readFile(store)).toEqual(before);
    expect(await keyFiles(machine)).toEqual([]);
    session.thaw();
  });
});

test('the program says that it is waiting for a slow keychain', async ({ onTestFinished }) => {
  const { journey, session } = await connectedDesktop(onTestFinished);
  session.freeze();
  const run = await journey.machine.run(['status', '--json'], { limit });
  session.thaw();
  expect(run.stderr).toContain('Waiting for the system’s keychain (Ctrl-C quits)');
  expect(errorOf(run).code).toBe('keychain-failed');
});

test('without the session bus, the store stays closed, and it opens again when the bus is back', async ({
  onTestFinished,
}) => {
  const { journey, store } = await connectedDesktop(onTestFinished);
  const { machine } = journey;
  const before = await readFile(store);
  for (const bus of [undefined, `unix:path=${machine.directory}/nowhere`]) {
    const run = await machine.run(['status', '--json'], { env: { DBUS_SESSION_BUS_ADDRESS: bus } });
    expect(errorOf(run)).toMatchObject({
      code: 'keychain-failed',
      message: expect.stringContaining('there is no session bus') as string,
    });
  }
  expect(await readFile(store)).toEqual(before);
  expect((await statusOf(machine)).profiles).toMatchObject([{ state: 'connected' }]);
});

test('with another user’s keychain, the message names the missing entry', async ({ onTestFinished }) => {
  const { journey } = await connectedDesktop(onTestFinished);
  const other = await startSession(onTestFinished);
  const run = await journey.machine.run(['status', '--json'], { env: other.env });
  expect(errorOf(run).code).toBe('keychain-entry-missing');
  expect(errorOf(run).message).toMatch(/account [0-9a-f]{32}/);
});

test('without a keychain program, the key is stored in a key file, and the message says what it protects', async ({
  onTestFinished,
}) => {
  const session = await startSession(onTestFinished, { provider: false });
  const { machine, connect, secret } = await freshJourney(onTestFinished, { env: session.env });
  const run = await machine.run(connect, { ...secret, limit });
  expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  expect(run.stdout).toContain(
    'a key file (protects copies of the store, but any program that you run can read the key)',
  );
  expect(await keyFiles(machine)).toHaveLength(1);
});

test('`store move` moves the key from place to place, and leaves no old key behind', async ({ onTestFinished }) => {
  const { journey, session, store } = await connectedDesktop(onTestFinished);
  const { machine, shop } = journey;
  const passphrase = { OTTOKIT_TIKTOK_PASSPHRASE: 'corrected horse' };
  const kept = async (): Promise<string> =>
    `${String((await session.search()).match(/^secret/gm)?.length ?? 0)} in the keychain, ${String((await keyFiles(machine)).length)} in files`;
  const steps = [
    { to: 'key-file', from: 'keychain', then: '0 in the keychain, 1 in files' },
    { to: 'keychain', from: 'key-file', then: '1 in the keychain, 0 in files' },
    { to: 'passphrase', from: 'keychain', then: '0 in the keychain, 0 in files' },
    { to: 'keychain', from: 'passphrase', then: '1 in the keychain, 0 in files' },
  ];
  for (const { to, from, then } of steps) {
    const run = await machine.run(['store', 'move', to, '--json'], { env: passphrase, limit });
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
    expect(document(run)).toEqual({ store, from, keySource: to, moved: true, oldKeyLeft: null });
    expect(await kept()).toBe(then);
    expect(await statusOf(machine, passphrase)).toMatchObject({ keySource: to, profiles: [{ state: 'connected' }] });
    expect(tracesIn(Buffer.from(run.stdout + run.stderr), [...shop.secrets, 'corrected horse'])).toEqual([]);
  }
  const again = await machine.run(['store', 'move', 'keychain'], { limit });
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stdout).toContain('is already in this computer’s keychain');
});

test('a key can’t be moved from a key file to a locked keychain, and the store is unchanged', async ({
  onTestFinished,
}) => {
  const { journey, session, store } = await connectedDesktop(onTestFinished);
  const { machine } = journey;
  expect(await machine.run(['store', 'move', 'key-file'], { limit })).toMatchObject({ exitCode: 0 });
  const before = await readFile(store);
  await session.lock();

  const run = await machine.run(['store', 'move', 'keychain', '--json'], { limit });

  expect(run).toMatchObject({ exitCode: 1 });
  expect(errorOf(run).code).toBe('keychain-failed');
  expect(errorOf(run).message).toContain('The store is unchanged');
  expect(await readFile(store)).toEqual(before);
  expect(await statusOf(machine)).toMatchObject({ keySource: 'key-file', profiles: [{ state: 'connected' }] });
});
