import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fail } from '../../../src/ground/errors.ts';
import { Secret } from '../../../src/ground/secret.ts';
import { fromHex } from '../../../src/store/keys/data-key.ts';
import { inspectStore, openStore } from '../../../src/store/open-store.ts';
import { sealRow } from '../../../src/store/postgres/rows.ts';
import type { Store, StoreSettings } from '../../../src/store/store.ts';
import { connected, ioIn } from '../child-setting.ts';
import { failureOf, filesBelow, toPlain, memoryKeychain, storeIn, temporaryDirectory } from '../setting.ts';
import { startServer, until, type Server } from './server.ts';

let server: Server;
let url: string;
let name: string;
let count = 0;

beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());
beforeEach(async () => {
  name = `team_${String((count += 1))}`;
  url = await server.database(name);
});

const passphrase = 'of the whole team';

/** Opens the store on a new machine of the team. */
async function machine(more: Partial<StoreSettings> & { env?: Record<string, string> } = {}): Promise<Store> {
  const { env = {}, ...settings } = more;
  const root = await temporaryDirectory();
  const io = ioIn(root, { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase, ...env });
  return await openStore({ io, keychain: null, ...settings });
}

describe('profiles in a database', () => {
  test('can be read by every machine, and reading writes nothing', async () => {
    const one = await machine();
    expect([one.keySource, await one.names(), await one.profiles()]).toEqual([null, [], []]);
    expect(await server.sql(name, "SELECT 1 FROM pg_namespace WHERE nspname = 'ottokit_tiktok'")).toEqual([]);

    await one.change('b', () => connected('b'));
    await one.change('a', () => connected('a'));

    const other = await machine();
    expect(other.location).toBe(`postgresql://127.0.0.1:${String(server.port)}/${name}`);
    expect(other.keySource).toBe('passphrase');
    expect(await other.names()).toEqual(['a', 'b']);
    expect((await other.profiles()).map(toPlain)).toEqual([connected('a'), connected('b')].map(toPlain));
    expect((await other.profiles(['b', 'none'])).map((profile) => profile.name)).toEqual(['b']);
    expect(toPlain(await other.profile('a'))).toEqual(toPlain(connected('a')));
    expect(await other.profile('none')).toBeUndefined();
    await other.change('a', (current) => current && { ...current, updatedAt: 21 });
    expect((await one.profile('a'))?.updatedAt).toBe(21);
    await other.change('a', () => undefined);
    expect(await one.names()).toEqual(['b']);
    await one.forget('b');
    await one.forget('never there');
    expect(await other.names()).toEqual([]);
    expect(await one.removeIfEmpty()).toEqual({ storeFile: false, key: null });
  });

  test('need no directory for a store file', async () => {
    const configDirectory = (): never => {
      throw fail('directory-unknown', { variable: 'HOME', problem: 'is not set' });
    };
    const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
    const io = { ...ioIn(await temporaryDirectory(), env), configDirectory };
    await (await machine({ io })).change('a', () => connected('a'));
    expect(await (await machine({ io })).names()).toEqual(['a']);
    expect(await inspectStore(io)).toMatchObject({ exists: true });
  });

  test('contain no secret in plain text', async () => {
    const one = await machine();
    await one.change('a', () => connected('a'));
    const rows = await server.sql<{ dump: string }>(
      name,
      `SELECT (SELECT string_agg(p::text || encode(sealed, 'escape'), '') FROM ottokit_tiktok.profiles p)
        || (SELECT string_agg(s::text, '') FROM ottokit_tiktok.store s)
        || (SELECT string_agg(c::text, '') FROM ottokit_tiktok.claims c) AS dump`,
    );
    for (const secret of ['ROW_', '0123456789abcdef0123456789', 'another-app-secret', passphrase, 'Teapot'])
      expect(rows[0]?.dump).not.toContain(secret);
  });

  test('are written one after the other if several machines change them at the same moment', async () => {
    const first = await machine();
    await first.change('a', () => connected('a', { updatedAt: 0 }));
    // Opened once there is a key, which each change would otherwise derive for itself.
    const others = await Promise.all(Array.from({ length: 7 }, () => machine()));
    await Promise.all(
      [first, ...others].flatMap((one) =>
        [1, 2, 3].map(() => one.change('a', (current) => current && { ...current, updatedAt: current.updatedAt + 1 })),
      ),
    );
    expect((await first.profile('a'))?.updatedAt).toBe(24);
  }, 60_000);

  test('can be the first ones of several machines at the same moment', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map(async (each) => (await machine()).change(each, () => connected(each))));
    expect((await (await machine()).profiles()).map((profile) => profile.name)).toEqual(names);
  }, 60_000);

  test('aren’t added if another machine is adding one with the same name', async () => {
    const one = await machine();
    await one.change('a', () => connected('a'));
    const waiting = (event: string): Promise<unknown> =>
      until(async () => {
        const text = 'SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event = $2';
        expect(await server.sql(name, text, [name, event])).toHaveLength(1);
      });
    const locked = server.sql(name, 'SELECT pg_advisory_lock(1), pg_sleep(60)').catch(() => undefined);
    await waiting('PgSleep');
    const other = server.sql(
      name,
      `WITH added AS (INSERT INTO ottokit_tiktok.profiles SELECT 'b', version, key_id, sealed
        FROM ottokit_tiktok.profiles RETURNING name) SELECT pg_advisory_xact_lock(1) FROM added`,
    );
    await waiting('advisory');
    const refused = failureOf(one.addAll([connected('b')]), 'profile-changed');
    await waiting('transactionid');
    await server.sql(name, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
    await Promise.all([locked, other, refused]);
  });

  test('aren’t written if the change fails', async () => {
    const one = await machine();
    await one.change('a', () => connected('a'));
    await expect(one.change('a', () => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
    await expect(one.change('a', () => connected('b'))).rejects.toThrow('rename');
    await expect(one.change('a', () => connected('a', { createdAt: NaN }))).rejects.toThrow('read back');
    await failureOf(
      one.change('no name', () => connected('a')),
      'profile-name-refused',
    );
    expect((await one.profile('a'))?.updatedAt).toBe(20);
    const claims = await server.sql(name, 'SELECT holder FROM ottokit_tiktok.claims WHERE holder IS NOT NULL');
    expect(claims).toEqual([]);
  });
});

describe('a row that this program didn’t write last', () => {
  let store: Store;
  beforeEach(async () => {
    store = await machine();
    for (const each of ['a', 'b']) await store.change(each, () => connected(each));
  });

  test.each<[string, string]>([
    [
      'has another row’s content',
      `UPDATE ottokit_tiktok.profiles SET sealed = (SELECT sealed FROM ottokit_tiktok.profiles WHERE name = 'b') WHERE name = 'a'`,
    ],
    ['has another version', `UPDATE ottokit_tiktok.profiles SET version = version + 1 WHERE name = 'a'`],
    [
      'has another version in both tables',
      `WITH x AS (UPDATE ottokit_tiktok.profiles SET version = 7 WHERE name = 'a') UPDATE ottokit_tiktok.claims SET version = 7 WHERE name = 'a'`,
    ],
    ['has another key', `UPDATE ottokit_tiktok.profiles SET key_id = 'x' WHERE name = 'a'`],
    [
      'was renamed',
      `WITH c AS (UPDATE ottokit_tiktok.claims SET name = CASE name WHEN 'a' THEN 'c' ELSE name END) UPDATE ottokit_tiktok.profiles SET name = 'c' WHERE name = 'a'`,
    ],
    [
      'has a changed byte',
      `UPDATE ottokit_tiktok.profiles SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE name = 'a'`,
    ],
    ['is cut off', `UPDATE ottokit_tiktok.profiles SET sealed = '\\x00' WHERE name = 'a'`],
  ])('is reported because it %s, and affects no other profile', async (_, change) => {
    await server.sql(name, change);
    const [odd = ''] = (await store.names()).filter((each) => each !== 'b');
    const { message } = await failureOf(store.profile(odd), 'profile-damaged');
    expect(message).toContain(`“${odd}”`);
    await failureOf(
      store.change(odd, () => connected(odd)),
      'profile-damaged',
    );
    expect((await store.profiles()).map((profile) => profile.name)).toEqual(['b']);
    expect(await store.names()).toContain(odd);
    await store.forget(odd);
    expect(await store.names()).toEqual(['b']);
  });

  test('is reported as unreadable by this version if a later version wrote it', async () => {
    const root = await temporaryDirectory();
    const warnings: string[] = [];
    const io = ioIn(root, { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
    const here = await openStore({ io, keychain: null, warn: (text) => void warnings.push(text) });
    await here.moveKey({ to: 'key-file' });
    const hex = [...(await filesBelow(root)).values()].join('').trim();
    const later = sealRow(
      { ...connected('a'), createdAt: 'today' } as never,
      '7',
      fromHex(new Secret(hex)) ?? expect.unreachable(),
    );
    const text = `WITH c AS (UPDATE ottokit_tiktok.claims SET version = 7 WHERE name = 'a')
      UPDATE ottokit_tiktok.profiles SET version = 7, sealed = $1 WHERE name = 'a'`;
    await server.sql(name, text, [later.sealed]);
    expect((await here.profiles()).map((profile) => profile.name)).toEqual(['b']);
    expect(warnings).toEqual([expect.stringContaining('can’t be read by this version')]);
  });

  test('is reported if it is an older row that was restored', async () => {
    const [old] = await server.sql<{ version: string; sealed: Buffer }>(
      name,
      `SELECT version, sealed FROM ottokit_tiktok.profiles WHERE name = 'a'`,
    );
    await store.change('a', () => connected('a', { updatedAt: 21 }));
    await server.sql(name, `UPDATE ottokit_tiktok.profiles SET version = $1, sealed = $2 WHERE name = 'a'`, [
      old?.version,
      old?.sealed,
    ]);
    await failureOf(store.profile('a'), 'profile-damaged');
  });
});

describe('the team’s passphrase', () => {
  test('is required, must be right, and can be changed without encrypting a row again', async () => {
    await failureOf(
      (await machine({ env: { OTTOKIT_TIKTOK_PASSPHRASE: '' } })).change('a', () => connected('a')),
      'passphrase-missing',
    );
    const one = await machine();
    await one.change('a', () => connected('a'));
    await failureOf(machine({ env: { OTTOKIT_TIKTOK_PASSPHRASE: 'wrong' } }), 'passphrase-wrong');
    await failureOf(machine({ env: { OTTOKIT_TIKTOK_PASSPHRASE: '' } }), 'passphrase-missing');
    const sealed = await server.sql(name, 'SELECT sealed FROM ottokit_tiktok.profiles');

    const moved = await one.moveKey({ to: 'passphrase', passphrase: new Secret('another one') });
    expect(moved).toEqual({ from: 'passphrase', moved: true, isShared: true });
    expect(await server.sql(name, 'SELECT sealed FROM ottokit_tiktok.profiles')).toEqual(sealed);
    await failureOf(machine(), 'passphrase-wrong');
    expect(await (await machine({ env: { OTTOKIT_TIKTOK_PASSPHRASE: 'another one' } })).names()).toEqual(['a']);
  });

  test('is needed if the keychain is locked, and a warning says why', async () => {
    await (await machine()).change('a', () => connected('a'));
    const warnings: string[] = [];
    const locked = {
      env: { OTTOKIT_TIKTOK_PASSPHRASE: '' },
      keychain: () => Promise.resolve({ outcome: 'locked', detail: 'it is locked' } as const),
      warn: (text: string) => void warnings.push(text),
    };
    await failureOf(machine(locked), 'passphrase-missing');
    expect(warnings).toEqual([expect.stringMatching(/keychain couldn’t be asked .*\(it is locked\), so .*passphrase/)]);
  });

  test('isn’t needed if the key is kept on the computer', async () => {
    const keychain = memoryKeychain();
    const root = await temporaryDirectory();
    const open = (env: Record<string, string> = {}): Promise<Store> =>
      openStore({ io: ioIn(root, { OTTOKIT_TIKTOK_STORE: url, ...env }), keychain });
    const first = await open({ OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
    await first.change('a', () => connected('a'));
    expect(await first.moveKey({ to: 'keychain' })).toEqual({ from: 'passphrase', moved: true, isShared: true });
    const second = await open();
    expect([second.keySource, await second.names()]).toEqual(['keychain', ['a']]);
    expect(await second.moveKey({ to: 'keychain' })).toEqual({ from: 'keychain', moved: false, isShared: true });
    await second.moveKey({ to: 'key-file' });
    expect((await open()).keySource).toBe('key-file');
  });
});

describe('moving', () => {
  test('takes every profile from the file to the database and back, then removes the old ones', async () => {
    const root = await temporaryDirectory();
    const file = await storeIn(root);
    const names = Array.from({ length: 30 }, (_, index) => `shop-${String(index).padStart(2, '0')}`);
    await file.addAll(names.map((each) => connected(each)));
    const before = (await file.profiles()).map(toPlain);

    const database = await machine();
    expect(await file.moveTo(database)).toEqual({ profiles: 30 });
    expect((await filesBelow(root)).size).toBe(0);
    expect((await database.profiles()).map(toPlain)).toEqual(before);

    expect(await database.moveTo(await storeIn(root))).toEqual({ profiles: 30 });
    expect(await database.names()).toEqual([]);
    expect((await (await storeIn(root)).profiles()).map(toPlain)).toEqual(before);
  });

  test('keeps a profile that another machine has claimed since, because it may be refreshing the tokens', async () => {
    const [database, other] = [await machine(), await machine()];
    await database.change('a', () => connected('a'));
    const file = await storeIn(await temporaryDirectory());
    let refreshing: Promise<unknown> = Promise.resolve();
    let answer = (): void => undefined;
    const addAll: Store['addAll'] = async (profiles) => {
      await file.addAll(profiles);
      await server.sql(name, 'UPDATE ottokit_tiktok.claims SET until = clock_timestamp()');
      await new Promise<void>((claimed) => {
        const change = async () => {
          claimed();
          await new Promise<void>((resolve) => (answer = resolve));
          return connected('a', { updatedAt: 99 });
        };
        refreshing = other.change('a', change);
      });
    };
    await failureOf(database.moveTo(Object.assign(Object.create(file) as Store, { addAll })), 'profile-changed');
    answer();
    await refreshing;
    expect((await database.profile('a'))?.updatedAt).toBe(99);
  });

  test('continues after an interruption, and refuses to overwrite', async () => {
    const file = await storeIn(await temporaryDirectory());
    for (const each of ['a', 'b']) await file.change(each, () => connected(each));
    const database = await machine();
    await database.change('a', () => connected('a', { updatedAt: 99 }));
    const { fix } = await failureOf(file.moveTo(database), 'store-not-empty');
    expect(fix).toContain('`ottokit-tiktok disconnect --profile a --store file`');
    expect([await file.names(), await database.names()]).toEqual([['a', 'b'], ['a']]);
    await database.change('a', () => connected('a'));
    expect(await file.moveTo(database)).toEqual({ profiles: 2 });
    expect([await file.names(), await database.names()]).toEqual([[], ['a', 'b']]);
  });
});
