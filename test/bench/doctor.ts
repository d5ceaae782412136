import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSimulator } from '../simulator/simulator.ts';
import type { Measured } from './measured.ts';
import { median } from './median.ts';
import { makeStores } from './stores.ts';
import { row, type Row } from './table.ts';

const latency = 300;

/** Measures how long all checks of a connected profile take when TikTok Shop answers each request after 300 ms. */
export async function doctorRows({ launcher, place, rounds }: Measured): Promise<readonly Row[]> {
  const redirectUrl = 'http://127.0.0.1:8717/callback';
  const app = { appKey: '6aaaaaaaaaaaa', appSecret: 'b'.repeat(40), serviceId: '7412345678901234567' };
  const shop = await startSimulator({ redirectUrl, app, latency });
  try {
    const { one } = await makeStores(join(place, 'doctor'), { many: 0 });
    const env = { ...one, OTTOKIT_TIKTOK_ORIGIN: shop.origin };
    const times: number[] = [];
    let asked = 0;
    for (let round = 0; round <= Math.ceil(rounds / 5); round += 1) {
      const before = shop.requests.length;
      const started = performance.now();
      // Failing checks don't matter here: the simulator doesn't know the tokens.
      await promisify(execFile)(process.execPath, [launcher, 'doctor', '--json'], { env }).catch(() => undefined);
      if (round > 0) times.push(performance.now() - started);
      asked = shop.requests.length - before;
    }
    const what = `doctor, ${String(asked)} requests answered after ${String(latency)} ms each`;
    return [row(what, median(times), 'ms', null)];
  } finally {
    await shop.close();
  }
}
