import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const latency = 100;

/**
 * Milliseconds from the redirect to the complete page that says "connected", minus the time spent waiting for TikTok
 * Shop's answers: the exchange of the code and the list of shops, each answered after 100 ms.
 */
export async function callbackTimes({ launcher, sources, place, rounds }) {
  const times = [];
  for (let round = 0; round <= rounds; round += 1) {
    const time = await callbackTime(launcher, sources, join(place, 'callback', String(round)));
    if (round > 0) times.push(time);
  }
  return times;
}

async function callbackTime(launcher, { startSimulator }, home) {
  mkdirSync(home, { recursive: true });
  const redirectUrl = `http://127.0.0.1:${await freePort()}/callback`;
  const shop = await startSimulator({ redirectUrl, autoApprove: true, latency });
  try {
    const { address, ended } = connect(launcher, shop, redirectUrl, home);
    const { headers } = await fetch(await address, { redirect: 'manual' });
    const before = Date.now();
    const started = performance.now();
    const page = await (await fetch(headers.get('location'))).text();
    const took = performance.now() - started;
    if (!page.includes('onnected')) throw new Error(`the page does not say "connected":\n${page}`);
    await ended;
    return took - waitedFor(shop.requests.filter(({ at }) => at >= before && at <= before + took));
  } finally {
    await shop.close();
  }
}

/** Answers awaited at the same time count once. */
function waitedFor(requests) {
  let total = 0;
  let until = 0;
  for (const { at } of requests) {
    total += Math.max(0, at + latency - Math.max(at, until));
    until = Math.max(until, at + latency);
  }
  return total;
}

/** Starts `connect` without a terminal; `address` is the authorization address it prints. */
function connect(launcher, { origin, app }, redirectUrl, home) {
  const args = [
    ...['connect', '--json', '--yes', '--no-browser', '--region', 'row', '--redirect-url', redirectUrl],
    ...['--app-key', app.appKey, '--service-id', app.serviceId, '--app-secret-stdin'],
  ];
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    OTTOKIT_TIKTOK_ORIGIN: origin,
    OTTOKIT_TIKTOK_CONFIG_DIR: join(home, 'config'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'no-bus')}`,
  };
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(`${app.appSecret}\n`);
  let shown = '';
  const address = new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      shown += text;
      const found = /^http:\/\/127\.0\.0\.1:\d+\/open\/authorize\S+$/m.exec(shown);
      if (found !== null) resolve(found[0]);
    });
    child.once('close', () => reject(new Error(`connect ended without an address:\n${shown}`)));
  });
  const ended = new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`connect failed:\n${shown}`))));
  });
  ended.catch(() => undefined);
  return { address, ended };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
