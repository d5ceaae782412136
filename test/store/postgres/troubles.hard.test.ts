import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { inspectStore } from '../../../src/store/open-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { schemaSql } from '../../../src/store/postgres/schema.ts';
import type { Store } from '../../../src/store/store.ts';
import { serveRaw } from '../../network/servers.ts';
import { connected, ioIn } from '../child-setting.ts';
import { failureOf, storeIn, temporaryDirectory } from '../setting.ts';
import { passphrase } from './fleet.ts';
import { asPostgres, freePort, startServer, until, type Server } from './server.ts';

let server: Server;
let name: string;
let url: string;
let count = 0;

beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());
beforeEach(async () => {
  name = `trouble_${String((count += 1))}`;
  url = await server.database(name);
});

async function ioFor(address: string): Promise<ReturnType<typeof ioIn>> {
  const env = { OTTOKIT_TIKTOK_STORE: address, OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  return ioIn(await temporaryDirectory(), env);
}

async function open(address = url): Promise<Store> {
  const store = await openStore({ io: await ioFor(address), keychain: null });
  return store;
}

/** Returns the problems that doctor would report. */
async function problemsOf(address = url): Promise<string> {
  const { findings = [], failure } = await inspectStore(await ioFor(address));
  const details = findings.filter(({ status }) => status !== 'pass').map(({ detail }) => detail);
  return [...details, ...(failure === undefined ? [] : [failure.message])].join('; ');
}

const nowhere = async (): Promise<string> => `postgresql://postgres@127.0.0.1:${String(await freePort())}/x`;

describe('a database', () => {
  test('that is down isn’t mistaken for a busy one', async () => {
    const address = await nowhere();
    expect((await failureOf(open(address), 'database-unreachable')).message).toMatch(/\(connect ECONNREFUSED [^,]+\)/);
    expect(await problemsOf(address)).toContain('couldn’t be reached');
  });

  test('that never answers doesn’t delay Ctrl-C', async () => {
    const { port } = await serveRaw(() => undefined);
    const interruption = new AbortController();
    const io = await ioFor(`postgresql://127.0.0.1:${String(port)}/team`);
    const opening = openStore({ io: { ...io, signal: interruption.signal }, keychain: null });
    setTimeout(() => {
      interruption.abort();
    }, 100);
    await failureOf(opening, 'interrupted');
  });

  test('that accepts no connections, such as during maintenance, is reported as unreachable', async () => {
    await server.sql('postgres', `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    expect((await failureOf(open(), 'database-unreachable')).message).toContain('not currently accepting connections');
  });

  test('that is healthy is described without a warning', async () => {
    await (await open()).change('a', () => connected('a'));
    const { findings = [], path } = await inspectStore(await ioFor(url));
    expect(path).toBe(`postgresql://127.0.0.1:${String(server.port)}/${name}`);
    const details = findings.map(({ status, detail }) => `${status}: ${detail}`).join('\n');
    for (const said of [
      /PostgreSQL \d+/,
      /without TLS/,
      /round trip takes [\d.]+ ms/,
      /version 1/,
      /may read and write/,
      /clocks differ by [\d.]+ s/,
    ])
      expect(details).toMatch(said);
    expect(details).not.toMatch(/^(warn|fail)/m);
  });

  test('that doesn’t exist, or refuses the user, is reported in PostgreSQL’s own words', async () => {
    const address = `postgresql://postgres@127.0.0.1:${String(server.port)}/nothing`;
    expect((await failureOf(open(address), 'database-refused')).message).toContain('does not exist');
    const other = `postgresql://nobody:hidden-password@127.0.0.1:${String(server.port)}/${name}`;
    const { message, fix } = await failureOf(open(other), 'database-refused');
    expect(message).toContain('role "nobody"');
    expect(message + fix).not.toContain('hidden-password');
  });

  test('without rights for this role causes an error, and doctor names the missing rights', async () => {
    await (await open()).change('a', () => connected('a'));
    await server.sql(
      name,
      `CREATE ROLE reader_${name} LOGIN; GRANT USAGE ON SCHEMA ottokit_tiktok TO reader_${name}; GRANT SELECT ON ALL TABLES IN SCHEMA ottokit_tiktok TO reader_${name}`,
    );
    const address = url.replace('postgres@', `reader_${name}@`);
    const store = await open(address);
    expect(await store.names()).toEqual(['a']);
    expect((await failureOf(store.proveWritable(), 'database-refused')).message).toContain('permission denied');
    expect(await problemsOf(address)).toContain('INSERT on profiles');
    await server.sql(name, `CREATE ROLE stranger_${name} LOGIN; REVOKE CREATE ON DATABASE ${name} FROM PUBLIC`);
    const stranger = url.replace('postgres@', `stranger_${name}@`);
    expect((await failureOf(open(stranger), 'database-refused')).message).toContain('permission denied');
  });

  test('whose owner created the tables can be used by a role that isn’t allowed to create any', async () => {
    await server.sql(name, `CREATE ROLE member_${name} LOGIN`);
    const address = url.replace('postgres@', `member_${name}@`);
    expect(await problemsOf(address)).toContain('isn’t allowed to create them');
    await server.sql(name, schemaSql);
    await server.sql(
      name,
      `GRANT USAGE ON SCHEMA ottokit_tiktok TO member_${name};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ottokit_tiktok.profiles, ottokit_tiktok.claims TO member_${name};
       GRANT SELECT ON ottokit_tiktok.store TO member_${name}`,
    );
    expect(await problemsOf(address)).toContain('UPDATE on store');
    await server.sql(name, `GRANT UPDATE ON ottokit_tiktok.store TO member_${name}`);
    expect(await problemsOf(address)).toBe('');
    const store = await open(address);
    await store.change('a', () => connected('a'));
    expect(await store.names()).toEqual(['a']);
  });

  test.each([
    [7, 'store-newer'],
    [0, 'store-older'],
  ] as const)('with tables of version %i is left alone', async (version, code) => {
    await (await open()).change('a', () => connected('a'));
    await server.sql(name, `UPDATE ottokit_tiktok.store SET schema_version = ${String(version)}`);
    expect((await failureOf(open(), code)).message).toContain(`format ${String(version)}`);
    expect(await problemsOf()).toContain(`the tables have version ${String(version)}`);
  });

  test.each([
    ['a table', 'DROP TABLE ottokit_tiktok.profiles', 'relation "ottokit_tiktok.profiles" does not exist'],
    ['a column', 'ALTER TABLE ottokit_tiktok.profiles DROP COLUMN sealed', 'column p.sealed does not exist'],
  ])(
    'without %s, such as after an incomplete restore, causes an error that names what is missing',
    async (_, restored, missing) => {
      await (await open()).change('a', () => connected('a'));
      await server.sql(name, restored);
      expect((await failureOf((await open()).profile('a'), 'database-refused')).message).toContain(missing);
    },
  );

  test('that has become read-only can still be read, and a change fails with an error that says so', async () => {
    const store = await open();
    await store.change('a', () => connected('a'));
    await server.sql('postgres', `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const other = await open();
    expect(await other.names()).toEqual(['a']);
    await failureOf(
      other.change('a', () => connected('a', { updatedAt: 21 })),
      'database-read-only',
    );
    expect(await problemsOf()).toContain('read-only');
  });

  test('can still be used after its connections were closed', async () => {
    const store = await open();
    await store.change('a', () => connected('a'));
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`;
    await server.sql('postgres', end, [name]);
    expect(await store.names()).toEqual(['a']);
    const changed = await store.change('a', async (current, proveWritable) => {
      await proveWritable();
      await server.sql('postgres', end, [name]);
      return current && { ...current, updatedAt: 21 };
    });
    expect([changed?.updatedAt, (await store.profile('a'))?.updatedAt]).toEqual([21, 21]);
  });
});

test('the store removes profiles even if the response to the removal is lost', async () => {
  let isLost = false;
  let removals = 0;
  const proxy = createServer((from) => {
    const to = connect(server.port, '127.0.0.1');
    const cut = (): void => {
      from.destroy();
      to.destroy();
    };
    for (const socket of [from, to]) socket.on('error', cut).on('close', cut);
    from.on('data', (bytes: Buffer) => {
      if (bytes.includes('DELETE FROM ottokit_tiktok.profiles')) isLost = (removals += 1) % 2 === 1;
      to.write(bytes);
    });
    to.on('data', (bytes: Buffer) => {
      if (isLost) cut();
      else from.write(bytes);
      isLost = false;
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as { port: number };
  const store = await open(url.replace(String(server.port), String(port)));
  await store.addAll(['a', 'b', 'c', 'd'].map((each) => connected(each)));

  await store.forget('a');
  await store.change('b', () => undefined);
  expect(await store.names()).toEqual(['c', 'd']);
  const file = await storeIn(await temporaryDirectory());
  expect(await store.moveTo(file)).toMatchObject({ profiles: 2 });
  expect([await store.names(), await file.names()]).toEqual([[], ['c', 'd']]);
  expect(removals).toBe(6);
});

test('the store loses no change and applies none twice if connections are cut at random bytes', async () => {
  let left = Infinity;
  const sockets = new Set<{ destroy: () => void }>();
  const proxy = createServer((from) => {
    const to = connect(server.port, '127.0.0.1');
    const cut = (): void => {
      from.destroy();
      to.destroy();
    };
    sockets.add(from).add(to);
    for (const [source, target] of [
      [from, to],
      [to, from],
    ] as const) {
      source.on('error', cut).on('close', cut);
      source.on('data', (bytes: Buffer) => {
        const passed = bytes.subarray(0, Math.max(0, left));
        left -= bytes.length;
        target.write(passed);
        if (left <= 0) cut();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = proxy.address() as { port: number };
  const io = await ioFor(url.replace(String(server.port), String(port)));
  const openThrough = () => openStore({ io, keychain: null });
  const first = await openThrough();
  await first.change('a', () => connected('a', { updatedAt: 0 }));
  await first.moveKey({ to: 'key-file' });
  let expected = 0;
  for (let round = 0; round < 60; round += 1) {
    const store = await openThrough();
    const change = store.change('a', async (current, proveWritable) => {
      await proveWritable();
      left = Math.floor(Math.random() * 4_000);
      setTimeout(() => (left = Infinity), 150);
      return current && { ...current, updatedAt: current.updatedAt + 1 };
    });
    expect((await change)?.updatedAt).toBe((expected += 1));
    left = Infinity;
  }
  expect((await (await open()).profile('a'))?.updatedAt).toBe(60);
}, 60_000);

test('the store works through a pooler that assigns a connection for each transaction', async () => {
  const directory = await temporaryDirectory();
  chmodSync(directory, 0o755);
  const port = await freePort();
  writeFileSync(
    join(directory, 'pgbouncer.ini'),
    `[databases]\n${name} = host=127.0.0.1 port=${String(server.port)} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${String(port)}\nauth_type = any\npool_mode = transaction\nunix_socket_dir =\ndefault_pool_size = 2\n`,
  );
  const pooler = spawn('setpriv', [...asPostgres, '/usr/sbin/pgbouncer', join(directory, 'pgbouncer.ini')], {
    stdio: 'ignore',
  });
  onTestFinished(() => void pooler.kill('SIGKILL'));
  const address = url.replace(String(server.port), String(port));
  await server.sql('postgres', `ALTER DATABASE ${name} SET idle_in_transaction_session_timeout = '50ms'`);
  const stores = await until(() => Promise.all([open(address), open(address), open(address), open(address)]));
  await stores[0].change('a', () => connected('a', { updatedAt: 0 }));
  await Promise.all(
    stores.map((store) =>
      store.change('a', async (current, proveWritable) => {
        await proveWritable();
        await new Promise((resolve) => setTimeout(resolve, 120));
        return current && { ...current, updatedAt: current.updatedAt + 1 };
      }),
    ),
  );
  expect((await stores[0].profile('a'))?.updatedAt).toBe(4);
}, 60_000);

test('a database with TLS is trusted only if its certificate is valid for it', async () => {
  const directory = await temporaryDirectory();
  const [key, certificate] = [join(directory, 'server.key'), join(directory, 'server.crt')];
  execFileSync(
    'openssl',
    [
      'req',
      '-new',
      '-x509',
      '-days',
      '2',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'pipe' },
  );
  await server.sql('postgres', 'SELECT 1');
  expect((await failureOf(open(`${url}?sslmode=verify-full`), 'database-tls')).message).toContain('offers no TLS');
  const secure = await startServer({ settings: 'fsync = off' });
  onTestFinished(() => secure.stop());
  for (const file of [key, certificate]) {
    const copy = join(secure.directory, 'data', file === key ? 'server.key' : 'server.crt');
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    const uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
    chownSync(copy, uid, uid);
  }
  await secure.sql('postgres', 'ALTER SYSTEM SET ssl = on');
  await secure.kill('SIGINT');
  await secure.start();
  const address = (await secure.database('tls')).replace('127.0.0.1', 'localhost');
  const authority = `sslrootcert=${encodeURIComponent(certificate)}`;
  await failureOf(open(`${address}?sslmode=verify-full`), 'database-tls');
  const trusted = await open(`${address}?sslmode=verify-full&${authority}`);
  await trusted.change('a', () => connected('a'));
  const wrongName = `${address.replace('localhost', '127.0.0.1')}?sslmode=verify-full&${authority}`;
  expect((await failureOf(open(wrongName), 'database-tls')).message).toContain('certificate');
  expect(await (await open(wrongName.replace('verify-full', 'verify-ca'))).names()).toEqual(['a']);
  const { findings = [] } = await inspectStore(await ioFor(`${address}?sslmode=verify-full&${authority}`));
  expect(findings[0]?.detail).toContain('encrypted with TLS');
}, 60_000);
