import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './median.mjs';
import { makeStores } from './stores.mjs';

const latency = 300;

/** Milliseconds that all checks of a connected profile take when TikTok Shop answers each request after 300 ms. */
export async function doctorTimes({ launcher, sources, place, rounds }) {
  const redirectUrl = 'http://127.0.0.1:8717/callback';
  const app = { appKey: '6aaaaaaaaaaaa', appSecret: 'b'.repeat(40), serviceId: '7412345678901234567' };
  const shop = await sources.startSimulator({ redirectUrl, app, latency });
  try {
    const { one } = await makeStores(join(place, 'doctor'), sources, { many: 0 });
    const env = { ...one, OTTOKIT_TIKTOK_ORIGIN: shop.origin };
    const times = [];
    let asked = 0;
    for (let round = 0; round <= rounds; round += 1) {
      const before = shop.requests.length;
      const started = performance.now();
      // The verdict doesn't matter here: the tokens aren't the simulator's.
      await promisify(execFile)(process.execPath, [launcher, 'doctor', '--json'], { env }).catch(() => undefined);
      if (round > 0) times.push(performance.now() - started);
      asked = shop.requests.length - before;
    }
    return { ms: median(times), asked, latency };
  } finally {
    await shop.close();
  }
}
