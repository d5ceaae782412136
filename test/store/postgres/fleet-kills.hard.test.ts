import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../setting.ts';
import { copyMachine, fill, openAt, start } from './fleet.ts';
import { startServer, type Server } from './server.ts';
import { startShop, type Shop } from './shop.ts';

/** At full size for the figures in the documents; smaller in every run. */
const full = process.env['OTTOKIT_TEST_FULL'] === '1';

let server: Server;
beforeAll(async () => {
  server = await startServer({ settings: 'synchronous_commit = on' });
}, 30_000);
afterAll(() => server.stop());

/** Whether every grant has the last refresh token that the shop handed out, by asking for another token with it. */
async function grantsThatWork(root: string, url: string, shop: Shop): Promise<readonly string[]> {
  const store = await openAt(root, url);
  onTestFinished(() => store.close());
  const profiles = await store.profiles();
  return profiles
    .filter(({ name, tokens }) => tokens?.refreshToken.reveal() === shop.current.get(name))
    .map(({ name }) => name);
}

test('a database that is killed between the shop’s answer and the commit loses no token', async () => {
  const count = full ? 200 : 3;
  let rounds = 0;
  const root = await temporaryDirectory();
  const machine = join(root, 'machine');
  let kill = false;
  let restarted: Promise<void> = Promise.resolve();
  const shop = await startShop({
    beforeAnswer: async () => {
      if (!kill) return;
      kill = false;
      await server.kill('SIGKILL');
      // Most come back while the program waits, some only after it gave up.
      const away = (rounds += 1) % 3 === 0 ? 9_000 : 1_000;
      restarted = sleep(Math.random() * away).then(() => server.start());
    },
  });
  onTestFinished(() => shop.stop());
  const url = await server.database('killed');
  const names = Array.from({ length: count }, (_, index) => `grant-${String(index)}`);
  const store = await fill(machine, url, shop, names);
  await store.close();
  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_ORIGIN: shop.origin };

  const outcomes: Record<string, number> = {};
  for (const name of names) {
    kill = true;
    const run = await start(machine, env, ['token', '--profile', name, '--json']).ended;
    await restarted;
    const code = run.exitCode === 0 ? 'stored' : (JSON.parse(run.stdout) as { error: { code: string } }).error.code;
    outcomes[code] = (outcomes[code] ?? 0) + 1;
    const next = await start(machine, env, ['token', '--profile', name, '--json']).ended;
    expect(next.exitCode, run.stdout + next.stdout + next.stderr).toBe(0);
    if (code !== 'stored') expect(next.stderr).toContain('could not be stored before are in');
  }

  process.stdout.write(`${String(count)} kills of the database: ${JSON.stringify(outcomes)}\n`);
  expect(Object.keys(outcomes).filter((code) => !['stored', 'tokens-kept-here'].includes(code))).toEqual([]);
  expect(await grantsThatWork(machine, url, shop)).toHaveLength(count);
  expect([shop.overlaps, shop.stale, shop.refreshes.length]).toEqual([[], [], count]);
}, 4_000_000);

test('four machines refresh many grants once each, and a kill loses only what the shop told the dead', async () => {
  const [count, kills, latency] = full ? [1_000, 60, 300] : [60, 2, 50];
  const concurrency = 8;
  const root = await temporaryDirectory();
  const machines = [0, 1, 2, 3].map((number) => join(root, `machine-${String(number)}`));
  const [first = '', ...others] = machines;
  const shop = await startShop({ latency });
  onTestFinished(() => shop.stop());
  const url = await server.database('fleet');
  const names = Array.from({ length: count }, (_, index) => `grant-${String(index).padStart(4, '0')}`);
  await (await fill(first, url, shop, names)).close();
  for (const other of others) await copyMachine(first, other);
  const bundle = await bundledWorker(root);

  const began = Date.now();
  let killed = 0;
  const deaths: number[] = [];
  const said: string[] = [];
  const worker = async (machine: string): Promise<void> => {
    for (;;) {
      const child = spawn(process.execPath, [bundle, machine, url, shop.origin, String(concurrency), String(count)]);
      child.stdout.on('data', (text: Buffer) => said.push(text.toString()));
      child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const timer = setTimeout(
        () => {
          if (killed < kills && shop.refreshes.length < count) {
            killed += 1;
            child.kill('SIGKILL');
            deaths.push(Date.now());
          }
        },
        latency * 2 + Math.random() * latency * 20,
      );
      const exitCode = await ended;
      clearTimeout(timer);
      if (exitCode !== null) return;
    }
  };
  await Promise.all(machines.map(worker));
  const seconds = (Date.now() - began) / 1_000;

  const working = await grantsThatWork(first, url, shop);
  const lost = names.filter((name) => !working.includes(name));
  process.stdout.write(
    `${String(count)} grants, ${String(killed)} kills, ${seconds.toFixed(1)} s (ideal ${String((count * latency) / 1_000 / concurrency / 4)} s),` +
      ` ${String(shop.refreshes.length)} refreshes, ${String(shop.stale.length)} stale, ${String(lost.length)} lost; shop: ${String(shop.cut.length)} answers to the dead\n`,
  );
  expect(shop.overlaps).toEqual([]);
  // The shop answered a process that was dead by then, or died with the answer in its hands: nobody can have that token.
  const answeredBeforeDeath = (grant: string): boolean =>
    deaths.some((death) => Math.abs(death - (shop.answeredAt.get(grant) ?? 0)) < 1_000);
  expect(lost.filter((grant) => !shop.cut.includes(grant) && !answeredBeforeDeath(grant))).toEqual([]);
  expect(
    said
      .join('')
      .split('\n')
      .filter((line) => line !== '' && !lost.some((name) => line.startsWith(name))),
  ).toEqual([]);
}, 1_000_000);

async function bundledWorker(root: string): Promise<string> {
  const outfile = join(root, 'fleet-worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('fleet-worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    banner: {
      js: "import { createRequire as made } from 'node:module'; const require = made(import.meta.url);",
    },
  });
  return outfile;
}
