import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../setting.ts';
import { fill, start, type Ran } from './fleet.ts';
import { startServer, until, type Server } from './server.ts';
import { startShop } from './shop.ts';

/** Starts a proxy that forwards to the current primary, and returns its port as the team's address. */
async function addressOf(server: Server): Promise<{ port: number; pointTo: (other: Server) => void }> {
  let target = server.port;
  const proxy = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy()).on('close', () => from.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  return { port: (proxy.address() as AddressInfo).port, pointTo: (other) => (target = other.port) };
}

test('a failover loses no token: tokens the standby can’t store yet are kept on this machine until it is promoted', async () => {
  const primary = await startServer();
  onTestFinished(() => primary.stop());
  const root = join(await temporaryDirectory(), 'machine');
  let failOver = (): Promise<void> | void => undefined;
  const shop = await startShop({ beforeAnswer: () => failOver() });
  onTestFinished(() => shop.stop());
  const address = await addressOf(primary);
  const url = (await primary.database('team')).replace(String(primary.port), String(address.port));
  await fill(root, url, shop, ['asked', 'waiting']);
  const standby = await startServer({ standbyOf: primary });
  onTestFinished(() => standby.stop());
  // With synchronous replication, every committed transaction is on both servers.
  await primary.sql('postgres', `ALTER SYSTEM SET synchronous_standby_names = '*'`);
  await primary.sql('postgres', 'SELECT pg_reload_conf()');
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_ORIGIN: shop.origin };
  const run = (...args: string[]): Promise<Ran> => start(root, env, [...args, '--json']).ended;
  const codeOf = ({ stdout }: Ran): unknown => (JSON.parse(stdout) as { error?: { code: string } }).error?.code;

  failOver = async () => {
    await primary.kill('SIGKILL');
    address.pointTo(standby);
  };
  expect(codeOf(await run('token', '--profile', 'asked'))).toBe('tokens-kept-here');
  failOver = () => undefined;

  const refused = await run('token', '--profile', 'waiting');
  expect([codeOf(refused), refused.stdout]).toEqual(['database-read-only', expect.stringContaining('primary')]);
  const status = await run('status');
  expect([status.exitCode, status.stderr]).toEqual([0, expect.stringContaining("couldn't be stored yet")]);
  expect((await run('doctor', 'store')).stdout).toContain('the database is read-only; it may be a standby');
  expect(shop.refreshes).toEqual(['asked']);

  await standby.sql('postgres', 'SELECT pg_promote()');
  await until(async () => {
    expect(await standby.sql('postgres', 'SELECT pg_is_in_recovery() AS is')).toEqual([{ is: false }]);
  });
  const kept = await run('token', '--profile', 'asked');
  expect([kept.exitCode, kept.stderr]).toEqual([0, expect.stringContaining("couldn't be stored before are in")]);
  expect((await run('token', '--profile', 'waiting')).exitCode).toBe(0);
  expect([shop.refreshes, shop.stale, shop.overlaps]).toEqual([['asked', 'waiting'], [], []]);
}, 120_000);
