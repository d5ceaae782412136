import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from './stores.mjs';
import { runAll } from './run.mjs';
import { row } from './table.mjs';

/** Forwards connections to port 8080 of a namespace to a Unix socket, which is visible in every namespace. */
const forwarder = `
  const net = require('node:net');
  net.createServer((from) => {
    const to = net.connect(process.argv[1]);
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  }).listen(8080, '127.0.0.1', () => console.log('ready'));`;

/** 200 processes on three computers, each with its own loopback, ask for the token of one expired authorization. */
export async function crowdRows({ launcher, sources, place, server }) {
  const socket = join(place, 'shop.sock');
  const shop = await sources.startShop({ socket, latency: 300 });
  const names = [0, 1, 2].map((number) => `bench-${process.pid}-${number}`);
  const forwarders = [];
  try {
    for (const name of names) {
      execFileSync('ip', ['netns', 'add', name]);
      execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
      const child = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', forwarder, socket]);
      forwarders.push(child);
      await new Promise((resolve) => child.stdout.once('data', resolve));
    }
    await server.database('crowd');
    const url = `postgresql://postgres@/crowd?host=${server.directory}&port=${server.port}`;
    const roots = names.map((name) => join(place, name));
    await (await sources.fill(roots[0], url, shop, ['shop'])).close();
    for (const root of roots.slice(1)) await sources.copyMachine(roots[0], root);
    const printed = await runAll(Array(200).fill([launcher, 'token', '--profile', 'shop']), {
      env: (index) => ({
        ...environment(place, 'crowd'),
        XDG_DATA_HOME: join(roots[index % 3], 'share'),
        OTTOKIT_TIKTOK_STORE: url,
        OTTOKIT_TIKTOK_ORIGIN: 'http://127.0.0.1:8080',
      }),
      // The shop is in this process, and must still answer in time.
      through: (index) => ['nice', '-n', '15', 'ip', 'netns', 'exec', names[index % 3]],
    });
    return [
      row('refreshes for 200 × token from three network namespaces', shop.refreshes.length, '', 1),
      row('different tokens they print', new Set(printed).size, '', 1),
    ];
  } finally {
    for (const child of forwarders) child.kill('SIGKILL');
    await sleep(100);
    for (const name of names) execFileSync('ip', ['netns', 'delete', name]);
    await shop.stop();
  }
}
