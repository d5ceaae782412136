import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';

/** Appends a process's resource use to the file named in COST_FILE when the process exits. */
export const hook = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const line = JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS / 1024 });
  require('node:fs').appendFileSync(process.env.COST_FILE, line + '\\n');
});`;

/**
 * The resources that each case uses, by name: milliseconds of CPU time and peak memory in MB. Medians, measured in
 * turns by a hook loaded into every case. Unlike elapsed time, CPU time hardly depends on what else the machine does.
 */
export function costs(cases, rounds, place) {
  const required = join(place, 'cost.cjs');
  writeFileSync(required, hook);
  const names = Object.keys(cases);
  const file = (name) => join(place, `cost-${names.indexOf(name)}`);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const { args, env } = cases[name];
      const run = { env: { ...env, COST_FILE: file(name) }, stdio: 'ignore' };
      spawnSync(process.execPath, ['--require', required, ...args], run);
    }
  }
  const of = (name) => {
    const lines = readFileSync(file(name), 'utf8').trim().split('\n').map(JSON.parse);
    return { cpu: median(lines.map(({ cpu }) => cpu)), peak: median(lines.map(({ peak }) => peak)) };
  };
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
