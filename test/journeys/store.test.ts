import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as baseTest } from 'vitest';
import { freePort, newMachine, redirectUrlOn } from './machine.ts';
import { errorOf } from './run.ts';
import { connectedJourney, connectFlags, freshJourney, statusOf } from './journey.ts';

const test = baseTest.concurrent;

const withPassphrase = { env: { OTTOKIT_TIKTOK_PASSPHRASE: 'corrected horse' } };

test.for<[string, string | undefined, string]>([
  ['another passphrase', 'corrected house', 'passphrase-wrong'],
  ['no passphrase', undefined, 'passphrase-missing'],
  ['an empty passphrase', '', 'passphrase-missing'],
])('with %s, the store doesn’t open, and isn’t changed', async ([, passphrase, code], { onTestFinished }) => {
  const journey = await connectedJourney(onTestFinished, withPassphrase);
  const { machine } = journey;
  const store = join(machine.configDirectory, 'connections');
  const before = await readFile(store);
  const env = { OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  const status = await machine.run(['status', '--json'], { env });
  expect(status.exitCode).toBe(1);
  expect(errorOf(status).code).toBe(code);
  const connect = await machine.run([...journey.connect, '--json'], { env, ...journey.secret });
  expect(connect.exitCode).toBe(1);
  expect(errorOf(connect).code).toBe(code);
  expect(await readFile(store)).toEqual(before);
  expect(await readdir(machine.home)).toEqual([]);
});

test('a file that isn’t a store is left alone by `status` and quarantined by `connect`', async ({ onTestFinished }) => {
  const journey = await connectedJourney(onTestFinished);
  const { machine } = journey;
  await writeFile(join(machine.configDirectory, 'connections'), '{"precious":"notes"}');
  const status = await machine.run(['status', '--json']);
  expect(status.exitCode).toBe(1);
  expect(errorOf(status).code).toBe('store-damaged');
  expect(await readdir(machine.configDirectory)).toEqual(['connections']);

  const run = await machine.run([...journey.connect, '--json'], journey.secret);
  expect(run.exitCode).toBe(1);
  const { code, message } = errorOf(run);
  expect(code).toBe('store-damaged');
  const movedTo = (await readdir(machine.configDirectory)).map((name) => join(machine.configDirectory, name));
  expect(movedTo).toHaveLength(1);
  expect(message).toContain(movedTo[0]);
  expect(await readFile(movedTo[0] ?? '', 'utf8')).toBe('{"precious":"notes"}');
  expect(await machine.run([...journey.connect, '--json'], journey.secret)).toMatchObject({ exitCode: 0 });
});

test('a copied store can’t be opened without its key file', async ({ onTestFinished }) => {
  const { machine } = await connectedJourney(onTestFinished);
  const before = await readFile(join(machine.configDirectory, 'connections'));
  await rm(machine.dataDirectory, { recursive: true });
  const run = await machine.run(['token', '--json']);
  expect(run.exitCode).toBe(1);
  expect(errorOf(run).code).toBe('key-missing');
  expect(await readFile(join(machine.configDirectory, 'connections'))).toEqual(before);
});

test('three simultaneous setups don’t overwrite each other’s values', async ({ onTestFinished }) => {
  const { machine, shop, secret } = await connectedJourney(onTestFinished);
  const setUp = async (name: string): Promise<string> => {
    const flags = [...connectFlags(shop.app, redirectUrlOn(await freePort())), '--no-browser', '--timeout', '0.001'];
    return errorOf(await machine.run([...flags, '--profile', name, '--json'], secret)).code;
  };
  const codes = await Promise.all(['a', 'b', 'c'].map(setUp));
  expect(codes).toEqual(Array(3).fill('authorization-timeout'));
  const { profiles } = await statusOf(machine);
  expect(profiles.map(({ profile, state }) => `${profile} ${state}`)).toEqual([
    'a connecting',
    'b connecting',
    'c connecting',
    'default connected',
  ]);
});

test('with a config directory and a passphrase, no command needs a home directory', async ({ onTestFinished }) => {
  const { machine, connect, secret } = await freshJourney(onTestFinished);
  const noHome = { HOME: 'relative', USERPROFILE: 'relative', APPDATA: undefined, LOCALAPPDATA: undefined };
  const env = { ...noHome, OTTOKIT_TIKTOK_PASSPHRASE: 'a passphrase' };
  const lines = ['status', 'token', 'scopes', 'doctor --offline --fix', 'disconnect --yes'].map((line) =>
    line.split(' '),
  );
  for (const line of [[...connect, '--json'], ...lines]) {
    const run = await machine.run(line, { env, ...secret });
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0 });
  }
});

const nowhere = {
  ...{ HOME: 'relative', USERPROFILE: 'relative' },
  ...{ APPDATA: undefined, LOCALAPPDATA: undefined, OTTOKIT_TIKTOK_CONFIG_DIR: undefined },
};

test('connect --json without a directory for the store first reports that the App Secret’s file is unreadable', async ({
  onTestFinished,
}) => {
  const machine = await newMachine(onTestFinished);
  const run = await machine.run(['connect', '--app-secret-file', 'missing', '--json'], { env: nowhere });
  expect(errorOf(run).code).toBe('file-unreadable');
});

test.for(['doctor --offline', 'doctor --offline --fix', 'doctor --all --offline'])(
  '%s without a directory for the store reports the problem once, and runs the other checks',
  async (line, { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run([...line.split(' '), '--json'], { env: nowhere });
    const { checks } = JSON.parse(run.stdout) as { checks: readonly { id: string; status: string; detail: string }[] };
    expect(run.exitCode).toBe(1);
    expect(Object.fromEntries(checks.map(({ id, status }) => [id, status]))).toMatchObject({
      version: 'pass',
      store: 'fail',
      permissions: 'skip',
      key: 'skip',
    });
    expect(checks.filter(({ status }) => status === 'fail')).toMatchObject([
      {
        id: 'store',
        detail: expect.stringMatching(/no directory for the program’s files: \w+ is “relative”/) as string,
      },
    ]);
  },
);
