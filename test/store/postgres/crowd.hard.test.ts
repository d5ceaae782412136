import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../setting.ts';
import { copyMachine, fill, start } from './fleet.ts';
import { startServer, until, type Server } from './server.ts';
import { startShop } from './shop.ts';

/** Full size for the figures in the documents; smaller in ordinary runs. */
const processes = process.env['OTTOKIT_TEST_FULL'] === '1' ? 200 : 24;

let server: Server;
beforeAll(async () => {
  server = await startServer({ settings: 'fsync = off' });
}, 30_000);
afterAll(() => server.stop());

/** Low priority, so that many processes on few cores don't keep the shop in this process from answering in time. */
const afterTheShop = ['nice', '-n', '15'];

/** Forwards connections to port 8080 of a namespace to a Unix socket, which is visible in every namespace. */
const forwarder = `
  const net = require('node:net');
  net.createServer((from) => {
    const to = net.connect(process.argv[1]);
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  }).listen(8080, '127.0.0.1');`;

/** A network namespace with its own loopback and the shop on port 8080. */
function namespaceWith(socket: string, number: number): string {
  const name = `ottokit-${String(process.pid)}-${String(number)}`;
  execFileSync('ip', ['netns', 'add', name]);
  onTestFinished(() => void execFileSync('ip', ['netns', 'delete', name]));
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  const child = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', forwarder, socket], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return name;
}

test('of many processes on three computers, one refreshes and all get the same token', async () => {
  const root = await temporaryDirectory();
  const socket = join(root, 'shop.sock');
  const shop = await startShop({ socket, latency: 300 });
  onTestFinished(() => shop.stop());
  await server.database('crowd');
  const url = `postgresql://postgres@/crowd?host=${server.directory}&port=${String(server.port)}`;
  const machines = [0, 1, 2].map((number) => ({
    root: join(root, `machine-${String(number)}`),
    namespace: namespaceWith(socket, number),
  }));
  const [first = { root: '' }, ...others] = machines;
  const store = await fill(first.root, url, shop, ['shop']);
  onTestFinished(() => store.close());
  for (const other of others) await copyMachine(first.root, other.root);
  for (const { namespace } of machines) {
    const probe =
      'require("node:net").connect(8080, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))';
    await until(() =>
      Promise.resolve(
        execFileSync('ip', ['netns', 'exec', namespace, process.execPath, '-e', probe], { stdio: 'pipe' }),
      ),
    );
  }

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
