import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import { makeHttp } from '../../../src/network/http.ts';
import type { Profile } from '../../../src/store/model/profile.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store, StoreSettings } from '../../../src/store/store.ts';
import type { Draft } from '../../../src/wizard/draft.ts';
import { exchange } from '../../../src/wizard/steps/exchange.ts';
import type { WizardContext } from '../../../src/wizard/wizard-context.ts';
import { serve } from '../../network/servers.ts';
import { personWith } from '../../wizard/person.ts';
import { connected, ioIn, realClock } from '../child-setting.ts';
import { failureOf, fakeClock, temporaryDirectory } from '../setting.ts';
import { passphrase } from './fleet.ts';
import { startServer, type Server } from './server.ts';

let server: Server;
let name: string;
let url: string;
let root: string;
let count = 0;
let warned: string[] = [];

beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());
beforeEach(async () => {
  name = `kept_${String((count += 1))}`;
  url = await server.database(name);
  root = await temporaryDirectory();
  warned = [];
});

/** Opens the store as a machine whose files are below `directory`. */
async function open({ directory = root, address = url, clock = realClock } = {}): Promise<Store> {
  const io = ioIn(directory, { OTTOKIT_TIKTOK_STORE: address, OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
  const settings: StoreSettings = { io: { ...io, clock }, keychain: null, warn: (text) => void warned.push(text) };
  const store = await openStore(settings);
  return store;
}

const refreshTokenOf = (profile: Profile | undefined): string | undefined => profile?.tokens?.refreshToken.reveal();

const withTokens = (profile: Profile, tokens: Partial<NonNullable<Profile['tokens']>>): Profile => {
  if (profile.tokens === undefined) throw new Error('the profile has no tokens');
  return { ...profile, tokens: { ...profile.tokens, ...tokens } };
};

/** Makes a change with tokens that can't be requested again. */
const refresh = (store: Store, refreshToken: string, more: Partial<NonNullable<Profile['tokens']>> = {}) =>
  store.change('a', async (current, proveWritable) => {
    await proveWritable();
    return current && withTokens(current, { refreshToken: new Secret(refreshToken), ...more });
  });

/** Makes the database refuse to store a changed profile, with this SQLSTATE. */
const refuse = (sqlState: string): Promise<unknown> =>
  server.sql(
    name,
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${sqlState}'; END $$;
     CREATE TRIGGER refused BEFORE UPDATE ON ottokit_tiktok.profiles EXECUTE FUNCTION refuse()`,
  );

const accept = (): Promise<unknown> => server.sql(name, 'DROP FUNCTION refuse CASCADE');

const files = async (): Promise<readonly string[]> =>
  (await readdir(join(root, 'data'), { recursive: true })).filter((path) => path.endsWith('.sealed'));

/** Gets new tokens that the database refuses, so that they are kept on the machine. */
async function keep(more: Partial<NonNullable<Profile['tokens']>> = {}, clock = realClock): Promise<void> {
  const store = await open({ clock });
  await store.change('a', () => connected('a'));
  await refuse('42501');
  await failureOf(refresh(store, 'ROW_new', more), 'tokens-kept-here');
  await accept();
  expect(await files()).toHaveLength(1);
}

describe('tokens that the database couldn’t store', () => {
  test('are stored when the database is opened at another address, such as after a failover', async () => {
    await keep();
    const other = await open({ address: url.replace('127.0.0.1', 'localhost') });
    expect([refreshTokenOf(await other.profile('a')), await files()]).toEqual(['ROW_new', []]);
  });

  test.each([
    ['57014', 'a statement timeout'],
    ['55P03', 'a lock timeout'],
    ['P0001', 'an error that the program doesn’t know'],
  ])('because of %s, %s, are kept and reported as kept', async (sqlState) => {
    const store = await open({ clock: fakeClock() });
    await store.change('a', () => connected('a'));
    await refuse(sqlState);
    const { message } = await failureOf(refresh(store, 'ROW_new'), 'tokens-kept-here');
    expect(message).toMatch(/\.sealed\. The [^]*not now[^]*\.$/);
    await accept();
    expect([refreshTokenOf(await (await open()).profile('a')), await files()]).toEqual(['ROW_new', []]);
  });

  test('stay on the computer if the profile was moved to another store, and are stored if it comes back', async () => {
    await keep();
    const other = await open({ directory: await temporaryDirectory() });
    const moved = await other.profile('a');
    await other.forget('a');

    expect(await (await open()).names()).toEqual([]);
    expect(warned.join()).toMatch(/still in .*\.sealed, because postgresql:.* doesn’t have this profile anymore/);
    expect(warned.join()).not.toContain('newer');
    expect(await files()).toHaveLength(1);

    await other.addAll(moved === undefined ? [] : [moved]);
    expect([refreshTokenOf(await (await open()).profile('a')), await files()]).toEqual(['ROW_new', []]);
  });

  test('are removed with their profile', async () => {
    await keep();
    await (await open()).forget('a');
    expect(await files()).toEqual([]);
  });

  test('don’t replace newer ones, even if the clock of this computer is ahead', async () => {
    const now = Date.now();
    const refreshToken = new Secret('ROW_constant');
    await keep({ refreshToken, accessTokenExpiresAt: now, obtainedAt: now + 3_600_000 });
    const other = await open({ directory: await temporaryDirectory() });
    await other.change(
      'a',
      (a) => a && withTokens(a, { refreshToken, accessTokenExpiresAt: now + 1, obtainedAt: now }),
    );
    expect((await (await open()).profile('a'))?.tokens?.accessTokenExpiresAt).toBe(now + 1);
    expect(await files()).toEqual([]);
  });

  const [sooner, later] = [{ accessTokenExpiresAt: 1_900_000_000_000 }, { accessTokenExpiresAt: 1_900_000_001_000 }];

  test('replace older ones that another computer got with the same refresh token', async () => {
    await keep(later);
    const other = await open({ directory: await temporaryDirectory() });
    await refresh(other, 'ROW_sooner', sooner);
    expect([refreshTokenOf(await (await open()).profile('a')), await files()]).toEqual(['ROW_new', []]);
  });

  test.each([
    [
      'if they are older than those that another computer got with the same refresh token',
      sooner,
      later,
      '6abcdefghijkl',
    ],
    ['if they belong to an app that was replaced', later, sooner, '6mnopqrstuvwx'],
  ])('are removed %s', async (_, kept, stored, appKey) => {
    await keep(kept);
    const other = await open({ directory: await temporaryDirectory() });
    await other.change('a', (a) => a && { ...a, app: { ...a.app, appKey } });
    await refresh(other, 'ROW_other', stored);
    expect([refreshTokenOf(await (await open()).profile('a')), await files()]).toEqual(['ROW_other', []]);
  });
});

test('tokens of a removed profile that can’t be kept on the computer either aren’t reported as kept', async () => {
  const store = await open();
  await store.change('a', () => connected('a'));
  await writeFile(join(root, 'data'), '');
  const changed = store.change('a', async (current, proveWritable) => {
    await proveWritable();
    await server.sql(name, 'DELETE FROM ottokit_tiktok.profiles');
    return current && withTokens(current, { refreshToken: new Secret('ROW_new') });
  });
  await failureOf(changed, 'profile-changed');
  expect(warned).toEqual([]);
});

test('a refresh whose tokens another command has stored and replaced with newer ones isn’t reported as failed', async () => {
  let pauses = 0;
  const clock = fakeClock();
  const sleep = async (ms: number): Promise<void> => {
    await clock.sleep(ms);
    if ((pauses += 1) > 1) return;
    await accept();
    const other = await open();
    expect(refreshTokenOf(await other.profile('a'))).toBe('ROW_new');
    await refresh(other, 'ROW_newest');
  };
  const store = await open({ clock: { ...clock, sleep } });
  await store.change('a', () => connected('a'));
  await refuse('57P03');
  expect(refreshTokenOf(await refresh(store, 'ROW_new'))).toBe('ROW_newest');
  expect([refreshTokenOf(await store.profile('a')), await files(), pauses]).toEqual(['ROW_newest', [], 1]);
});

test.each([
  ['57014', 'a timeout'],
  ['53100', 'a full disk'],
])('a statement that fails because of %s, %s, leaves no second connection open', async (sqlState) => {
  const store = await open({ clock: fakeClock() });
  await store.change('a', () => connected('a'));
  await refuse(sqlState);
  await failureOf(refresh(store, 'ROW_new'), 'tokens-kept-here');
  const text = `SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND application_name = 'ottokit-tiktok'`;
  expect(await server.sql(name, text)).toHaveLength(1);
});

test('a change that the database rolled back is made again', async () => {
  const store = await open();
  await store.change('a', () => connected('a'));
  await server.sql(
    name,
    `CREATE SEQUENCE tries; GRANT ALL ON tries TO PUBLIC;
     CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF nextval('tries') = 1 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER conflicting BEFORE UPDATE ON ottokit_tiktok.profiles FOR EACH ROW EXECUTE FUNCTION conflict()`,
  );
  await store.change('a', (current) => current && { ...current, updatedAt: 21 });
  expect((await store.profile('a'))?.updatedAt).toBe(21);
});

describe('an authorization code', () => {
  const code = new Secret('ROW_code');
  const { app, journal } = connected('a');
  const draft: Draft = { name: 'a', app, journal, keepsStored: true, reopened: [] };
  const tokens = { access_token: 'ROW_access', refresh_token: 'ROW_new', refresh_token_expire_in: 4_878_250_317 };

  /** Exchanges the code at a TikTok Shop that waits for `before` before it responds. */
  async function exchangeAt(store: Store, before: () => Promise<unknown>) {
    let requests = 0;
    const { origin } = await serve((_, response) => {
      requests += 1;
      void before().then(() => response.end(JSON.stringify({ code: 0, message: 'success', data: tokens })));
    });
    const { http, close } = makeHttp({ env: {}, userAgent: 'test' });
    onTestFinished(close);
    const io = { say: personWith({}).say, http, clock: realClock, signal: new AbortController().signal };
    const hosts = () => ({ services: origin, auth: origin, api: origin });
    const context = { io, store, hosts } as unknown as WizardContext;
    const thrown = await exchange(context, draft, { outcome: 'approved', code }).catch((error: unknown) => error);
    return { thrown, requests };
  }

  test('gets tokens that are kept on this computer if the database becomes unavailable in the meantime', async () => {
    const store = await open({ clock: fakeClock() });
    await store.change('a', () => connected('a'));
    const { thrown } = await exchangeAt(store, () => server.kill('SIGKILL'));
    await server.start();
    expect(thrown).toMatchObject({ code: 'tokens-kept-here' });
    expect([refreshTokenOf(await (await open()).profile('a')), await files()]).toEqual(['ROW_new', []]);
  });

  test('isn’t sent to TikTok Shop while the database is unavailable', async () => {
    const store = await open();
    await store.change('a', () => connected('a'));
    await server.kill('SIGKILL');
    const { thrown, requests } = await exchangeAt(store, () => Promise.resolve());
    await server.start();
    expect(thrown).toMatchObject({ code: 'database-unreachable' });
    expect(requests).toBe(0);
  });
});
