// Measures the packed program: npm run bench [-- --rounds N] [-- --peers] [-- --database] [-- --only PART]
//
// What is compared takes turns in one run, so that other load on the machine affects all of it equally. Output goes to
// /dev/null, as in other benchmarks of command-line programs. Prints one table and exits 1 if a target is missed.
// `--peers` also installs the newest releases of similar programs and measures their start. `--database` measures the
// store in PostgreSQL instead, which takes a few minutes. `--only` selects a part, and can be repeated: start,
// callback, doctor or install; with `--database`, token, crowd, grants or doctor.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { callbackRows } from './callback.ts';
import { databaseObstacle, withServer } from './database.ts';
import { crowdRows } from './database-crowd.ts';
import { fleetRows } from './database-doctor.ts';
import { grantRows } from './database-grants.ts';
import { tokenRows } from './database-token.ts';
import { doctorRows } from './doctor.ts';
import { installRows } from './install.ts';
import type { Measured } from './measured.ts';
import { installPeers } from './peers.ts';
import { startRows } from './start.ts';
import { printRows, type Row } from './table.ts';

// Extra certificates double Node 20's startup time, which would improve every ratio.
delete process.env['NODE_EXTRA_CA_CERTS'];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    peers: { type: 'boolean', default: false },
    database: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});

const ordinary = {
  start: (measured: Measured) => startRows(measured, values.peers ? installPeers(join(measured.place, 'peers')) : []),
  callback: callbackRows,
  doctor: doctorRows,
  install: installRows,
};
const database = {
  token: withServer(tokenRows),
  crowd: withServer(crowdRows),
  grants: withServer(grantRows),
  doctor: withServer(fleetRows),
};

const place = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const obstacle = values.database ? databaseObstacle() : null;
  if (obstacle === null) await measure(values.database ? database : ordinary);
  else console.log(`The store in PostgreSQL was not measured: ${obstacle}.`);
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

type Part = (measured: Measured) => readonly Row[] | Promise<readonly Row[]>;

async function measure(parts: Readonly<Record<string, Part>>): Promise<void> {
  const tarball = execFileSync(process.execPath, ['test/package/pack.mjs', place], { encoding: 'utf8' }).trim();
  const launcher = join(place, 'package/bin/ottokit-tiktok.cjs');
  const measured = { tarball, launcher, place, rounds: Number(values.rounds) };
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (values.only?.includes(name) ?? true) rows.push(...(await part(measured)));
  }
  printMachine();
  process.exitCode = printRows(rows) ? 0 : 1;
}

function printMachine(): void {
  const [load = 0] = loadavg();
  const cores = cpus().length;
  const date = new Date().toISOString().slice(0, 10);
  console.log(
    `Node ${process.versions.node}, ${process.platform}, ${String(cores)} cores, load ${load.toFixed(1)}, ${values.rounds} rounds, ${date}`,
  );
  if (load > cores / 2) console.log('The machine is busy, so only the CPU times are reliable.');
  console.log();
}
