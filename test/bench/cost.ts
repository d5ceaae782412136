import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.ts';
import type { Case } from './start.ts';

/** Milliseconds of CPU time, and peak memory in MB. */
export interface Cost {
  readonly cpu: number;
  readonly peak: number;
}

/** Appends a process's resource use to the file named in COST_FILE when the process exits. */
export const hook = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const line = JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS / 1024 });
  require('node:fs').appendFileSync(process.env.COST_FILE, line + '\\n');
});`;

export const costsIn = (file: string): readonly Cost[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Cost);

/**
 * Returns the median resources that each case uses, by name, measured in turns by a hook loaded into every case. Unlike
 * elapsed time, CPU time hardly depends on what else the machine does.
 */
export function costs(cases: ReadonlyMap<string, Case>, rounds: number, place: string): ReadonlyMap<string, Cost> {
  const required = join(place, 'cost.cjs');
  writeFileSync(required, hook);
  const files = new Map([...cases.keys()].map((name, index) => [name, join(place, `cost-${String(index)}`)]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { args, env }] of cases) {
      const run = { env: { ...env, COST_FILE: files.get(name) }, stdio: 'ignore' } as const;
      spawnSync(process.execPath, ['--require', required, ...args], run);
    }
  }
  return new Map(
    [...files].map(([name, file]) => {
      const lines = costsIn(file);
      return [name, { cpu: median(lines.map(({ cpu }) => cpu)), peak: median(lines.map(({ peak }) => peak)) }];
    }),
  );
}
