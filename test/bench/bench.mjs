// Measures the packed program: npm run bench [-- --rounds N] [-- --peers] [-- --database [--only PART]]
//
// Everything compared runs in turns in one run, so that other load on the machine affects all of it equally. Output goes
// to /dev/null, as in other benchmarks of command-line programs. Prints one table and exits 1 if a target is missed.
// `--peers` also installs the newest releases of similar programs and measures their start. `--database` measures the
// store in PostgreSQL instead, which takes a few minutes; `--only` selects one part: token, crowd, grants or doctor.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { callbackTimes } from './callback.mjs';
import { costs } from './cost.mjs';
import { databaseObstacle, databaseRows } from './database.mjs';
import { doctorTimes } from './doctor.mjs';
import { installs } from './install.mjs';
import { median } from './median.mjs';
import { installPeers } from './peers.mjs';
import { loadSources } from './sources.mjs';
import { peerCases, startCases, startTimes } from './start.mjs';
import { makeStores } from './stores.mjs';
import { printRows, printTable } from './table.mjs';

// Extra certificates double Node 20's startup time, which would improve every ratio.
delete process.env.NODE_EXTRA_CA_CERTS;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    peers: { type: 'boolean', default: false },
    database: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const place = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const pack = fileURLToPath(new URL('../package/pack.mjs', import.meta.url));
  const tarball = execFileSync(process.execPath, [pack, place], { encoding: 'utf8' }).trim();
  const launcher = join(place, 'package/bin/ottokit-tiktok.cjs');
  const sources = await loadSources(place);
  const met = values.database
    ? await measureDatabase({ launcher, sources, place })
    : await measure({ tarball, launcher, sources });
  process.exitCode = met ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

async function measure({ tarball, launcher, sources }) {
  const stores = await makeStores(place, sources);
  const peers = values.peers ? installPeers(join(place, 'peers')) : [];

  const cases = startCases({ launcher, stores });
  const starts = startTimes({ ...cases, ...peerCases(peers, stores.none) }, rounds);
  const cost = costs(cases, Math.ceil(rounds / 2), place);
  const callback = await callbackTimes({ launcher, sources, place, rounds: Math.ceil(rounds / 2) });
  const doctor = await doctorTimes({ launcher, sources, place, rounds: Math.ceil(rounds / 5) });
  const install = installs({ tarball, place });
  printMachine(`bare node: ${median(starts.bare).toFixed(1)} ms`);
  return printTable({ starts, cost, callback, doctor, install, peers });
}

async function measureDatabase(measured) {
  const obstacle = databaseObstacle();
  if (obstacle !== null) {
    console.log(`The store in PostgreSQL was not measured: ${obstacle}.`);
    return true;
  }
  const rows = await databaseRows({ ...measured, rounds, only: values.only });
  printMachine('PostgreSQL on this machine');
  return printRows(rows);
}

function printMachine(more) {
  const [load] = loadavg();
  const cores = cpus().length;
  console.log(
    `Node ${process.versions.node}, ${process.platform}, ${cores} cores, load ${load.toFixed(1)}, ${rounds} rounds, ` +
      `${new Date().toISOString().slice(0, 10)}; ${more}`,
  );
  if (load > cores / 2) console.log('The machine is busy, which draws times out: believe the processor’s.');
  console.log();
}
