import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyMachine, fill } from '../store/postgres/fleet.ts';
import { startShop } from '../store/postgres/shop.ts';
import type { MeasuredServer } from './database.ts';
import { runAll } from './run.ts';
import { row, type Row } from './table.ts';

/** `run.mjs` writes the bundled worker here. */
const worker = fileURLToPath(new URL('../store/postgres/fleet-worker.mjs', import.meta.url));

/** Measures how long four processes take to refresh 1,000 profiles together when TikTok Shop is slow. */
export async function grantRows({ place, server }: MeasuredServer): Promise<readonly Row[]> {
  const [count, latency, processes, concurrency] = [1_000, 300, 4, 8];
  const shop = await startShop({ latency });
  try {
    const url = await server.database('fleet');
    const first = join(place, 'machine-0');
    const others = Array.from({ length: processes - 1 }, (_, number) => join(place, `machine-${String(number + 1)}`));
    const names = Array.from({ length: count }, (_, number) => `grant-${String(number)}`);
    await fill(first, url, shop, names);
    for (const machine of others) await copyMachine(first, machine);
    const began = performance.now();
    const settings = [url, shop.origin, String(concurrency), String(count)];
    await runAll([first, ...others].map((machine) => [worker, machine, ...settings]));
    const seconds = (performance.now() - began) / 1_000;
    const ideal = (count * latency) / 1_000 / processes / concurrency;
    const note = `${seconds.toFixed(1)} s of ${ideal.toFixed(1)} s; ${String(shop.refreshes.length)} refreshes`;
    return [row('1,000 grants refreshed by four processes', seconds / ideal, '× the ideal', 1.2, note)];
  } finally {
    await shop.stop();
  }
}
