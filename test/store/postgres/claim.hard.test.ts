import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityOf, type ProcessIdentity } from '../../../src/ground/process-identity.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { connected, ioIn, realClock } from '../child-setting.ts';
import { failureOf, filesBelow, temporaryDirectory } from '../setting.ts';
import { passphrase } from './fleet.ts';
import { startServer, until, type Server } from './server.ts';

let server: Server;
let store: Store;
let root: string;
let env: Record<string, string>;
let name: string;
let count = 0;
let monotonic: () => number;

beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());
beforeEach(async () => {
  monotonic = () => performance.now();
  name = `claims_${String((count += 1))}`;
  const url = await server.database(name);
  root = await temporaryDirectory();
  env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_PASSPHRASE: passphrase };
  const clock = { ...realClock, monotonic: () => monotonic() };
  store = await openStore({ io: { ...ioIn(root, env), clock }, keychain: null });
  await store.change('a', () => connected('a'));
});

interface Claimed {
  readonly holder: string | null;
  /** Seconds until the lease ends. */
  readonly left: number;
}

async function claim(): Promise<Claimed> {
  const text = `SELECT holder, extract(epoch FROM until - clock_timestamp())::float8 AS left FROM ottokit_tiktok.claims WHERE name = 'a'`;
  return (await server.sql<Claimed>(name, text))[0] ?? expect.unreachable();
}

const claimFor = (holder: string, seconds: number): Promise<unknown> =>
  server.sql(
    name,
    `UPDATE ottokit_tiktok.claims SET holder = $1, until = clock_timestamp() + $2 * interval '1 second' WHERE name = 'a'`,
    [holder, seconds],
  );

/** Starts a process on this computer, kills it, and returns its identity. */
async function killedProcess(): Promise<ProcessIdentity> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = identityOf(child.pid ?? expect.unreachable());
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

const change = (): Promise<unknown> => store.change('a', (current) => current && { ...current, updatedAt: 21 });

/** Makes a change that contains a response that can't be requested again. */
const changeIrreversibly = (): Promise<unknown> =>
  store.change('a', async (current, proveWritable) => {
    await proveWritable();
    return current && { ...current, updatedAt: 21 };
  });

describe('a profile claimed by', () => {
  test.each<[string, (gone: ProcessIdentity) => Partial<ProcessIdentity>]>([
    ['a killed process', (gone) => gone],
    ['a process whose id now belongs to another one', () => ({ ...identityOf(process.pid), started: '1' })],
  ])('%s is free at once', async (_, holder) => {
    await claimFor(JSON.stringify(holder(await killedProcess())), 3_600);
    await change();
    expect(await claim()).toMatchObject({ holder: null });
  });

  test.each<[string, (gone: ProcessIdentity) => unknown]>([
    ['a running process', () => identityOf(process.pid)],
    ['a process on another computer', (gone) => ({ ...gone, boot: 'another' })],
    ['a process in another container', (gone) => ({ ...gone, namespace: 'pid:[1]' })],
    ['a process on a system without a boot id', ({ pid, host }) => ({ pid, host })],
    ['a process that runs another version', () => 'f'.repeat(32)],
    ['a holder that can’t be read', () => ({ pid: 'x', boot: 7, namespace: null })],
  ])('%s is free when the lease ends', async (_, holder) => {
    await claimFor(JSON.stringify(holder(await killedProcess())), 0.7);
    const began = performance.now();
    const { left } = await claim();
    await change();
    expect(performance.now() - began).toBeGreaterThan(left * 1_000);
    expect(await claim()).toMatchObject({ holder: null });
  });
});

describe('a claim', () => {
  const later = (ms: number): void => void (monotonic = () => performance.now() + ms);

  test('that isn’t new is renewed right before a request, and outlasts the request', async () => {
    let left = 0;
    await store.change('a', async (current, proveWritable) => {
      await server.sql(name, `UPDATE ottokit_tiktok.claims SET until = clock_timestamp() + interval '1 second'`);
      later(6_000);
      await proveWritable();
      ({ left } = await claim());
      return current;
    });
    expect(left).toBeGreaterThan(36);
    expect(await claim()).toMatchObject({ holder: null });
  });

  test('of a new profile whose row another process deleted after its lease doesn’t prevent the write', async () => {
    const other = await openStore({ io: ioIn(root, env), keychain: null });
    const made = store.change('new', async () => {
      await server.sql(name, `UPDATE ottokit_tiktok.claims SET until = clock_timestamp() WHERE name = 'new'`);
      await other.change('new', (current) => current);
      return connected('new');
    });
    expect((await made)?.name).toBe('new');
    expect((await other.profile('new'))?.name).toBe('new');
  });

  test('of another process is reported at once to a caller that doesn’t wait', async () => {
    await claimFor(JSON.stringify(identityOf(process.pid)), 3_600);
    await failureOf(
      store.change('a', (current) => current, { waits: false }),
      'profile-claimed',
    );
  });

  test('of a process that checks whether it can write doesn’t delay another such check', async () => {
    await claimFor(JSON.stringify(identityOf(process.pid)), 3_600);
    await server.sql(
      name,
      `INSERT INTO ottokit_tiktok.claims SELECT '', NULL, holder, until FROM ottokit_tiktok.claims`,
    );
    await store.proveWritable();
  });

  test('whose lease has ended is still valid as long as nobody else has taken it', async () => {
    const ends = `UPDATE ottokit_tiktok.claims SET until = clock_timestamp() - interval '1 second' WHERE name = 'a'`;
    await store.change('a', async (current, proveWritable) => {
      await server.sql(name, ends);
      later(6_000);
      await proveWritable();
      return current && { ...current, updatedAt: 21 };
    });
    expect((await store.profile('a'))?.updatedAt).toBe(21);
    let requested = false;
    const late = store.change('a', async (current, proveWritable) => {
      await server.sql(name, ends);
      await change();
      later(12_000);
      await proveWritable();
      requested = true;
      return current;
    });
    await failureOf(late, 'profile-changed');
    expect(requested).toBe(false);
  });

  test('with slow renewals allows no request, because its lease would end too soon', async () => {
    let now = 0;
    monotonic = () => (now += 6_000);
    let requested = false;
    const slow = store.change('a', async (current, proveWritable) => {
      await proveWritable();
      requested = true;
      return current;
    });
    expect((await failureOf(slow, 'database-unreachable')).message).toContain('too slowly');
    expect(requested).toBe(false);
  });

  test('is released by the statement that writes the profile, and by no other', async () => {
    await server.sql(
      name,
      `CREATE TABLE statements (kind text);
       CREATE FUNCTION count_statement() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO statements VALUES (TG_OP); RETURN NULL; END $$;
       CREATE TRIGGER counted AFTER UPDATE OR DELETE ON ottokit_tiktok.claims
         FOR EACH STATEMENT EXECUTE FUNCTION count_statement()`,
    );
    await change();
    expect(await claim()).toMatchObject({ holder: null });
    // The first renewal is part of taking the claim: INSERT … ON CONFLICT DO UPDATE.
    expect(await server.sql(name, 'SELECT kind FROM statements')).toEqual([{ kind: 'UPDATE' }, { kind: 'UPDATE' }]);
  });

  test('stays held after kept tokens are stored, until the change is made', async () => {
    await server.sql(
      name,
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = 'insufficient_privilege'; END $$;
       CREATE TRIGGER refused BEFORE UPDATE ON ottokit_tiktok.profiles EXECUTE FUNCTION refuse()`,
    );
    await failureOf(changeIrreversibly(), 'tokens-kept-here');
    await server.sql(name, 'DROP TRIGGER refused ON ottokit_tiktok.profiles');
    const seen: unknown[] = [];
    await store.change('a', async (current) => {
      seen.push(current?.updatedAt, (await claim()).holder);
      return current;
    });
    expect(seen).toEqual([21, expect.any(String)]);
  });
});

test('a response that can’t be requested again is kept on this computer while the database is slow', async () => {
  const kept = async (): Promise<readonly string[]> =>
    [...(await filesBelow(root)).keys()].filter((path) => path.endsWith('.sealed'));
  const blocked = `WITH locked AS MATERIALIZED (SELECT name FROM ottokit_tiktok.profiles FOR UPDATE)
    SELECT pg_sleep(60) FROM locked`;
  const unblock = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`;
  let free: Promise<unknown> = Promise.resolve();
  const changed = store.change('a', async (current, proveWritable) => {
    await proveWritable();
    free = server.sql(name, blocked).catch(() => undefined);
    const unlocked = 'SELECT 1 FROM ottokit_tiktok.profiles FOR UPDATE SKIP LOCKED';
    await until(async () => {
      expect(await server.sql(name, unlocked)).toEqual([]);
    });
    return current && { ...current, updatedAt: 21 };
  });
  await expect.poll(kept, { timeout: 10_000 }).toHaveLength(1);
  await server.sql(name, unblock);
  await Promise.all([free, changed]);
  expect([await kept(), (await store.profile('a'))?.updatedAt]).toEqual([[], 21]);
});
