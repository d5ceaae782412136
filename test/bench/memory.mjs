import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.mjs';

const hook = `process.on('exit', () => {
  require('node:fs').appendFileSync(process.env.PEAK, process.resourceUsage().maxRSS + '\\n');
});`;

/** The most memory that each held, in MB: the median of some runs in turns. */
export function peakMemory({ launcher, env, rounds, place }) {
  const required = join(place, 'peak.cjs');
  writeFileSync(required, hook);
  const cases = { bare: ['-e', '0'], scopes: [launcher, 'scopes'], '--help': [launcher, '--help'] };
  const file = (name) => join(place, `peak-${name}`);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(cases)) {
      const run = { env: { ...env, PEAK: file(name) }, stdio: 'ignore' };
      spawnSync(process.execPath, ['--require', required, ...args], run);
    }
  }
  const peaks = (name) => readFileSync(file(name), 'utf8').trim().split('\n').map(Number);
  return Object.fromEntries(Object.keys(cases).map((name) => [name, median(peaks(name)) / 1024]));
}
