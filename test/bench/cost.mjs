import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';

/** Notes what a process took as its last line in the file that COST_FILE names. */
export const hook = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const line = JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS / 1024 });
  require('node:fs').appendFileSync(process.env.COST_FILE, line + '\\n');
});`;

/**
 * What each case takes of the machine, by its name: milliseconds of its processors, and the most memory in MB that it
 * held at a time. Medians, measured in turns by a hook that all of them carry. Unlike the time that passes, the time of
 * the processors hardly depends on what else the machine does.
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
