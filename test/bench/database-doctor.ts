import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Profile } from '../../src/store/model/profile.ts';
import { freePort } from '../store/postgres/server.ts';
import { costsIn, hook } from './cost.ts';
import { userOfDatabase, type MeasuredServer } from './database.ts';
import { runAll } from './run.ts';
import { profileOf } from './stores.ts';
import { row, type Row } from './table.ts';

const [latency, concurrency] = [300, 20];

/** Measures `doctor --all` on 100 and on 1,000 profiles when TikTok Shop answers each request after 300 ms. */
export async function fleetRows(measured: MeasuredServer): Promise<readonly Row[]> {
  const shop = createServer((request, response) => {
    const isToken = request.url?.includes('/token/get') === true;
    const answer = isToken
      ? { code: 36004004, message: 'invalid auth code' }
      : { code: 105005, message: 'Access denied.' };
    setTimeout(() => response.end(JSON.stringify({ ...answer, request_id: 'r' })), latency);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => shop.listen(port, '127.0.0.1', resolve));
  try {
    const origin = `http://127.0.0.1:${String(port)}`;
    const few = await examine(measured, origin, 100);
    const many = await examine(measured, origin, 1_000);
    const ideal = (1_000 * latency) / 1_000 / concurrency;
    const note = `${many.seconds.toFixed(1)} s of ${ideal.toFixed(1)} s, ${String(concurrency)} at a time`;
    return [
      row('doctor --all on 1,000 profiles', many.seconds / ideal, '× the ideal', 1.2, note),
      row('its peak memory, from 100 to 1,000 profiles', many.peak / few.peak, '×', 1.5, `${many.peak.toFixed(0)} MB`),
    ];
  } finally {
    shop.closeAllConnections();
    shop.close();
  }
}

async function examine(measured: MeasuredServer, origin: string, count: number) {
  const { launcher, place } = measured;
  const profiles = Array.from({ length: count }, (_, number) => profileWithApp(number));
  const user = await userOfDatabase(measured, `doctor_${String(count)}`, profiles);
  const required = join(place, 'doctor-cost.cjs');
  writeFileSync(required, hook);
  const COST_FILE = join(place, `doctor-cost-${String(count)}`);
  const args = ['--require', required, launcher, 'doctor', '--all', '--concurrency', String(concurrency), '--json'];
  const began = performance.now();
  const [printed = ''] = await runAll([args], { env: () => ({ ...user, OTTOKIT_TIKTOK_ORIGIN: origin, COST_FILE }) });
  const seconds = (performance.now() - began) / 1_000;
  const examined = (JSON.parse(printed) as { profiles: unknown[] }).profiles.length;
  if (examined !== count) throw new Error(`doctor checked ${String(examined)} of ${String(count)} profiles`);
  return { seconds, peak: costsIn(COST_FILE).at(-1)?.peak ?? NaN };
}

/** Returns a profile. Only ten profiles share an app, so that the limit per app isn't the bottleneck. */
function profileWithApp(number: number): Profile {
  const profile = profileOf(number);
  const appKey = `6aaaaaaaa${String(Math.floor(number / 10)).padStart(4, '0')}`;
  return { ...profile, app: { ...profile.app, appKey } };
}
