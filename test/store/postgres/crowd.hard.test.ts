import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../setting.ts';
import { copyMachine, fill, start } from './fleet.ts';
import { namespaceWith } from './namespaces.ts';
import { startServer, type Server } from './server.ts';
import { startShop } from './shop.ts';

/** The documented figures need the full size. Ordinary runs are smaller. */
const processes = process.env['OTTOKIT_TEST_FULL'] === '1' ? 200 : 24;

let server: Server;
beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());

/** Low priority, so that many processes on few cores don't keep the shop in this process from answering in time. */
const afterTheShop = ['nice', '-n', '15'];

test('of many processes on three computers, one refreshes and all get the same token', async () => {
  const root = await temporaryDirectory();
  const socket = join(root, 'shop.sock');
  const shop = await startShop({ socket, latency: 300 });
  onTestFinished(() => shop.stop());
  await server.database('crowd');
  const url = `postgresql://postgres@/crowd?host=${server.directory}&port=${String(server.port)}`;
  const machines = await Promise.all(
    [0, 1, 2].map(async (number) => {
      const namespace = await namespaceWith(socket, number);
      onTestFinished(namespace.close);
      return { root: join(root, `machine-${String(number)}`), namespace: namespace.name };
    }),
  );
  const [first = { root: '' }, ...others] = machines;
  const store = await fill(first.root, url, shop, ['shop']);
  for (const other of others) await copyMachine(first.root, other.root);

  const env = { OTTOKIT_TIKTOK_STORE: url, OTTOKIT_TIKTOK_ORIGIN: 'http://127.0.0.1:8080' };
  const began = Date.now();
  const runs = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const machine = machines[index % machines.length] ?? expect.unreachable();
      return start(
        machine.root,
        env,
        ['token', '--profile', 'shop'],
        [...afterTheShop, 'ip', 'netns', 'exec', machine.namespace],
      ).ended;
    }),
  );

  process.stdout.write(
    `${String(processes)} processes: ${String(Date.now() - began)} ms, ${String(shop.refreshes.length)} refreshes\n`,
  );
  const tokens = new Set(runs.map(({ stdout }) => stdout.trim()));
  expect(
    runs.filter(({ exitCode }) => exitCode !== 0).map(({ exitCode, stderr }) => `${String(exitCode)}: ${stderr}`),
  ).toEqual([]);
  expect([...tokens]).toEqual([(await store.profile('shop'))?.tokens?.accessToken.reveal()]);
  expect(shop.refreshes).toEqual(['shop']);
  expect([shop.overlaps, shop.stale]).toEqual([[], []]);
}, 1_200_000);
