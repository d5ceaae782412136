import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { hook } from './cost.mjs';
import { runAll } from './run.mjs';
import { environment, ioOf, profileOf } from './stores.mjs';
import { row } from './table.mjs';

const [latency, concurrency] = [300, 20];

/** `doctor --all` on 100 and on 1,000 profiles, when TikTok Shop answers each request after 300 ms. */
export async function doctorRows(measured) {
  const shop = createServer((request, response) => {
    const isToken = request.url.includes('/token/get');
    const answer = isToken
      ? { code: 36004004, message: 'invalid auth code' }
      : { code: 105005, message: 'Access denied.' };
    setTimeout(() => response.end(JSON.stringify({ ...answer, request_id: 'r' })), latency);
  });
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
  try {
    const origin = `http://127.0.0.1:${shop.address().port}`;
    const few = await examine(measured, origin, 100);
    const many = await examine(measured, origin, 1_000);
    const ideal = (1_000 * latency) / 1_000 / concurrency;
    const note = `${many.seconds.toFixed(1)} s of ${ideal.toFixed(1)} s, ${concurrency} at a time`;
    return [
      row('doctor --all on 1,000 profiles', many.seconds / ideal, '× the ideal', 1.2, note),
      row('its peak memory, from 100 to 1,000 profiles', many.peak / few.peak, '×', 1.5, `${many.peak.toFixed(0)} MB`),
    ];
  } finally {
    shop.closeAllConnections();
    shop.close();
  }
}

async function examine({ launcher, sources, place, server }, origin, count) {
  const OTTOKIT_TIKTOK_STORE = await server.database(`doctor_${count}`);
  const env = { ...environment(place, `doctor-${count}`), OTTOKIT_TIKTOK_STORE, OTTOKIT_TIKTOK_ORIGIN: origin };
  const io = ioOf({ ...env, OTTOKIT_TIKTOK_PASSPHRASE: sources.passphrase });
  const store = await sources.openStore({ io, keychain: null });
  await store.addAll(Array.from({ length: count }, (_, number) => profileWithApp(number, sources)));
  await store.moveKey({ to: 'key-file' });
  const required = join(place, 'doctor-cost.cjs');
  writeFileSync(required, hook);
  const COST_FILE = join(place, `doctor-cost-${count}`);
  const args = ['--require', required, launcher, 'doctor', '--all', '--concurrency', String(concurrency), '--json'];
  const began = performance.now();
  const [printed] = await runAll([args], { env: () => ({ ...env, COST_FILE }) });
  const seconds = (performance.now() - began) / 1_000;
  const { profiles } = JSON.parse(printed);
  if (profiles.length !== count) throw new Error(`doctor examined ${profiles.length} profiles of ${count}`);
  return { seconds, peak: JSON.parse(readFileSync(COST_FILE, 'utf8').trim().split('\n').at(-1)).peak };
}

/** Ten profiles share an app, so that TikTok Shop's limit per app isn't the bottleneck. */
function profileWithApp(number, sources) {
  const profile = profileOf(number, sources);
  const appKey = `6aaaaaaaa${String(Math.floor(number / 10)).padStart(4, '0')}`;
  return { ...profile, app: { ...profile.app, appKey } };
}
