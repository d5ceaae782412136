import { afterAll, beforeAll, expect, test } from 'vitest';
import { disconnect } from '../../src/commands/disconnect.ts';
import { openStoreFor } from '../../src/commands/open-store.ts';
import type { Io } from '../../src/ground/io.ts';
import { Secret } from '../../src/ground/secret.ts';
import { plain } from '../doctor/examined.ts';
import { connected, ioIn } from '../store/child-setting.ts';
import { temporaryDirectory } from '../store/setting.ts';
import { fill, start } from '../store/postgres/fleet.ts';
import { startServer, type Server } from '../store/postgres/server.ts';
import { startShop } from '../store/postgres/shop.ts';
import { personWith, type Person } from '../wizard/person.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());

/** A machine of the team, with a user at its terminal. */
async function machineOf({ ask, say }: Person, address: string, more: Record<string, string> = {}): Promise<Io> {
  const env = { OTTOKIT_TIKTOK_STORE: address, DBUS_SESSION_BUS_ADDRESS: 'disabled:', ...more };
  return { ...ioIn(await temporaryDirectory(), env), ask, say } as unknown as Io;
}

test('the question for a new database’s passphrase says that the team needs it, and an empty one is refused', async () => {
  const passphrase = ['', 'of the whole team'].map((text) => new Secret(text));
  const person = personWith({ passphrase, 'passphrase-again': [new Secret('of the whole team')] });
  const store = await openStoreFor(await machineOf(person, await server.database('begun')));
  await store.change('a', () => connected('a'));
  expect(person.refusals).toEqual(['The passphrase can’t be empty.']);
  expect(person.shown.join()).not.toMatch(/on this computer|key in a file/);
  expect(person.shown.join()).toContain('Everyone who uses this database needs it');
  expect(store.keySource).toBe('passphrase');
});

test('when a profile is removed from a database, nothing says that it was on this computer', async () => {
  const url = await server.database('abandoned');
  const questions: string[] = [];
  const person = personWith({ yes: [true] });
  const ask: Person['ask'] = {
    ...person.ask,
    confirm: (question) => {
      questions.push(question.message);
      return person.ask.confirm(question);
    },
  };
  const io = await machineOf({ ...person, ask }, url, { OTTOKIT_TIKTOK_PASSPHRASE: 'of the whole team' });
  const store = await openStoreFor(io);
  await store.change('a', () => connected('a'));
  const printed: string[] = [];
  const print = (text: string): number => printed.push(text);
  const program = { io, version: '1', print, printText: print, pages: (text: string) => [text], style: plain };
  const options = { profile: 'a', all: false, revoke: false, yes: false, json: false };
  expect(await disconnect({ ...program, addFlags: (text: string) => text, moveTo: () => undefined }, options)).toBe(0);
  for (const text of [...questions, ...printed]) {
    expect(text).toContain(`from ${store.location}`);
    expect(text).not.toContain('this computer');
  }
  expect([questions.length, printed.length]).toEqual([1, 1]);
});

test('doctor reports on every profile in a database even if it runs no check of this computer', async ({
  onTestFinished,
}) => {
  const shop = await startShop();
  onTestFinished(() => shop.stop());
  const url = await server.database('examined');
  const root = await temporaryDirectory();
  await fill(root, url, shop, ['a', 'b']);
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_ORIGIN: shop.origin };
  const { stdout, stderr, exitCode } = await start(root, env, ['doctor', '--all', '--json', 'credentials']).ended;
  expect(exitCode, stderr).toBe(0);
  const { profiles } = JSON.parse(stdout) as { profiles: readonly { profile: string }[] };
  expect(profiles.map(({ profile }) => profile)).toEqual(['a', 'b']);
});

test('doctor reports a damaged row in the results of its profile, and fails', async ({ onTestFinished }) => {
  const shop = await startShop();
  onTestFinished(() => shop.stop());
  const url = await server.database('damaged');
  const root = await temporaryDirectory();
  await fill(root, url, shop, ['a', 'b', 'c']);
  await server.sql('damaged', `UPDATE ottokit_tiktok.profiles SET sealed = 'x' WHERE name = 'b'`);
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_ORIGIN: shop.origin };
  const run = async (...args: string[]) => await start(root, env, ['doctor', 'credentials', 'redirect', ...args]).ended;
  const { stdout, stderr, exitCode } = await run('--all', '--json');
  expect(exitCode, stderr).toBe(1);
  const { profiles, total } = JSON.parse(stdout) as {
    profiles: readonly { profile: string; status: string; checks: readonly { status: string; fix: string | null }[] }[];
    total: number;
  };
  expect(total).toBe(3);
  expect(profiles.map(({ profile, status }) => [profile, status])).toEqual([
    ['a', 'warn'],
    ['b', 'fail'],
    ['c', 'warn'],
  ]);
  expect(profiles[1]?.checks.map(({ status }) => status)).toEqual(['fail', 'skip']);
  expect(profiles[1]?.checks[0]?.fix).toContain('disconnect --profile b');
  expect((await run('--profile', 'b*')).stdout).toContain('1 profile: 1 failed.');
});

test('if no chosen profile can be read, status says why instead of saying that no shop is connected', async () => {
  const url = await server.database('unreadable');
  const root = await temporaryDirectory();
  await fill(root, url, { grant: () => 'REFRESH' }, ['a', 'b']);
  await server.sql('unreadable', `UPDATE ottokit_tiktok.profiles SET sealed = 'x' WHERE name = 'b'`);
  const run = async (...args: string[]) => await start(root, { OTTOKIT_TIKTOK_STORE: url }, ['status', ...args]).ended;
  const { stdout, stderr, exitCode } = await run('--profile', 'b', '--json');
  expect([exitCode, stdout], stderr).toEqual([1, expect.stringContaining('"code": "profile-damaged"')]);
  expect((await run()).exitCode).toBe(0);
  await server.sql('unreadable', `UPDATE ottokit_tiktok.profiles SET sealed = 'x'`);
  expect(await run()).toMatchObject({ exitCode: 1, stdout: '' });
});

test('a database that has lost its key isn’t taken for an empty one, and gets no other key', async () => {
  const url = await server.database('keyless');
  const root = await temporaryDirectory();
  await fill(root, url, { grant: () => 'REFRESH' }, ['a']);
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: 'another one' };
  for (const loss of ['UPDATE ottokit_tiktok.store SET key_id = NULL', 'DELETE FROM ottokit_tiktok.store']) {
    await server.sql('keyless', loss);
    for (const command of ['status', 'doctor store', 'disconnect --all --yes', 'connect --yes']) {
      const { exitCode, stdout, stderr } = await start(root, env, command.split(' ')).ended;
      expect([exitCode, stdout + stderr], command).toEqual([1, expect.stringContaining('their key is missing')]);
    }
  }
  expect(await server.sql('keyless', 'SELECT FROM ottokit_tiktok.store')).toEqual([]);
});
