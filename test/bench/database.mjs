import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crowdRows } from './database-crowd.mjs';
import { doctorRows } from './database-doctor.mjs';
import { median } from './median.mjs';
import { bundle } from './sources.mjs';
import { startTimes } from './start.mjs';
import { environment, ioOf, profileOf } from './stores.mjs';
import { runAll } from './run.mjs';
import { row } from './table.mjs';

/** Why the database can't be measured here; `null` if it can. */
export function databaseObstacle() {
  if (!existsSync('/usr/lib/postgresql')) return 'Debian’s package postgresql is not installed';
  if (process.getuid() !== 0) return 'that needs root, for PostgreSQL’s own user and for network namespaces';
  return null;
}

const parts = { token: tokenRows, crowd: crowdRows, grants: grantRows, doctor: doctorRows };

/**
 * Every figure promised for the store in PostgreSQL, with its ideal beside it.
 * @param only the part to measure; all parts if omitted
 */
export async function databaseRows({ only, ...measured }) {
  const server = await measured.sources.startServer();
  try {
    const rows = [];
    for (const [name, measure] of Object.entries(parts)) {
      if (only === undefined || only === name) rows.push(...(await measure({ ...measured, server })));
    }
    return rows;
  } finally {
    await server.stop();
  }
}

/** `token` with a fresh access token: with the file, with the database, and with a database of many profiles. */
async function tokenRows({ launcher, sources, place, server, rounds }) {
  const file = environment(place, 'file');
  const store = await sources.openStore({ io: ioOf(file), keychain: null });
  await store.addAll([profileOf(0, sources)]);
  const environments = { file };
  for (const name of ['one', 'many']) {
    const OTTOKIT_TIKTOK_STORE = await server.database(name);
    const env = { ...environment(place, `database-${name}`), OTTOKIT_TIKTOK_STORE };
    const io = ioOf({ ...env, OTTOKIT_TIKTOK_PASSPHRASE: sources.passphrase });
    const database = await sources.openStore({ io, keychain: null });
    await database.addAll([profileOf(0, sources)]);
    await database.moveKey({ to: 'key-file' });
    environments[name] = env;
  }
  // Only their number and size matter.
  await server.sql(
    'many',
    `INSERT INTO ottokit_tiktok.profiles SELECT 'shop-' || n, version, key_id, sealed
       FROM ottokit_tiktok.profiles, generate_series(1, 99999) AS n;
     INSERT INTO ottokit_tiktok.claims SELECT name, version FROM ottokit_tiktok.profiles ON CONFLICT DO NOTHING;
     ANALYZE`,
  );
  const cases = Object.entries(environments).map(([name, env]) => [name, { args: [launcher, 'token'], env }]);
  const times = startTimes(Object.fromEntries(cases), rounds);
  const ratios = times.one.map((ms, round) => ms / times.file[round]);
  const more = times.many.map((ms, round) => ms - times.one[round]);
  const note = `${median(times.one).toFixed(1)} ms of ${median(times.file).toFixed(1)} ms`;
  return [
    row('token in PostgreSQL', median(ratios), '× in the file', 1.3, note),
    row('token in PostgreSQL, from 1 to 100,000 profiles', median(more), 'ms more', 5),
  ];
}

/** Four processes that together keep a fleet refreshed, with a slow shop. */
async function grantRows({ sources, place, server }) {
  const [count, latency, processes, concurrency] = [1_000, 300, 4, 8];
  const shop = await sources.startShop({ latency });
  try {
    const url = await server.database('fleet');
    const machines = Array.from({ length: processes }, (_, number) => join(place, `machine-${number}`));
    const names = Array.from({ length: count }, (_, number) => `grant-${number}`);
    await sources.fill(machines[0], url, shop, names);
    for (const machine of machines.slice(1)) await sources.copyMachine(machines[0], machine);
    const worker = await bundle(place, 'worker.mjs', `import './test/store/postgres/fleet-worker.ts';`);
    const began = performance.now();
    await runAll(machines.map((machine) => [worker, machine, url, shop.origin, String(concurrency), String(count)]));
    const seconds = (performance.now() - began) / 1_000;
    const ideal = (count * latency) / 1_000 / processes / concurrency;
    const note = `${seconds.toFixed(1)} s of ${ideal.toFixed(1)} s; ${shop.refreshes.length} refreshes`;
    return [row('1,000 grants refreshed by four processes', seconds / ideal, '× the ideal', 1.2, note)];
  } finally {
    await shop.stop();
  }
}
