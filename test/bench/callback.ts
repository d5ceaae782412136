import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { freePort } from '../store/postgres/server.ts';
import type { Measured } from './measured.ts';
import { median } from './median.ts';
import { environment } from './stores.ts';
import { row, type Row } from './table.ts';

const latency = 100;

/**
 * Measures the time from the redirect to the complete page that says "connected", minus the time spent waiting for
 * TikTok Shop, which answers each request after 100 ms: the exchange of the code and the list of shops.
 */
export async function callbackRows({ launcher, place, rounds }: Measured): Promise<readonly Row[]> {
  const times: number[] = [];
  for (let round = 0; round <= Math.ceil(rounds / 2); round += 1) {
    const time = await callbackTime(launcher, join(place, 'callback', String(round)));
    if (round > 0) times.push(time);
  }
  return [row('redirect → page, on top of TikTok Shop’s answers', median(times), 'ms', 50)];
}

async function callbackTime(launcher: string, home: string): Promise<number> {
  mkdirSync(home, { recursive: true });
  const redirectUrl = `http://127.0.0.1:${String(await freePort())}/callback`;
  const shop = await startSimulator({ redirectUrl, autoApprove: true, latency });
  try {
    const { address, ended } = connect(launcher, shop, redirectUrl, home);
    const { headers } = await fetch(await address, { redirect: 'manual' });
    const before = Date.now();
    const started = performance.now();
    const page = await (await fetch(headers.get('location') ?? '')).text();
    const took = performance.now() - started;
    if (!page.includes('onnected')) throw new Error(`the page does not say "connected":\n${page}`);
    await ended;
    return took - waitedFor(shop.requests.filter(({ at }) => at >= before && at <= before + took));
  } finally {
    await shop.close();
  }
}

/** Milliseconds in which at least one request was waiting for its response. */
function waitedFor(requests: Simulator['requests']): number {
  let total = 0;
  let until = 0;
  for (const { at } of requests) {
    total += Math.max(0, at + latency - Math.max(at, until));
    until = Math.max(until, at + latency);
  }
  return total;
}

/** Starts `connect` without a terminal; `address` is the authorization link it prints. */
function connect(launcher: string, { origin, app }: Simulator, redirectUrl: string, home: string) {
  const args = [
    ...['connect', '--json', '--yes', '--no-browser', '--region', 'row', '--redirect-url', redirectUrl],
    ...['--app-key', app.appKey, '--service-id', app.serviceId, '--app-secret-stdin'],
  ];
  const env = { ...environment(home, 'callback'), OTTOKIT_TIKTOK_ORIGIN: origin };
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(`${app.appSecret}\n`);
  let shown = '';
  const closed = once(child, 'close');
  const address = new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      const found = /^http:\/\/127\.0\.0\.1:\d+\/open\/authorize\S+$/m.exec(shown);
      if (found !== null) resolve(found[0]);
    });
    void closed.then(() => {
      reject(new Error(`connect exited without printing a link:\n${shown}`));
    });
  });
  const ended = closed.then(([code]) => {
    if (code !== 0) throw new Error(`connect failed:\n${shown}`);
  });
  ended.catch(() => undefined);
  return { address, ended };
}
