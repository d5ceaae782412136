import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = [
  fileURLToPath(new URL('../tools/run.mjs', import.meta.url)),
  'test/bench/bench.ts',
  'test/store/postgres/fleet-worker.ts',
];

/** Returns what the benchmark prints, even if it exits with 1 because this machine is too busy to meet a target. */
const printedBy = (...args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...script, '--rounds', '1', ...args], (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });

test('the benchmark measures starts, a login and doctor', async () => {
  const printed = await printedBy('--only', 'start', '--only', 'callback', '--only', 'doctor');
  for (const what of ['token, 500 profiles', 'peak memory of scopes', 'redirect → page', 'doctor, '])
    expect(printed).toMatch(new RegExp(`^\\| ${what}.*\\| \\d`, 'm'));
}, 60_000);

test('the benchmark measures a database', async () => {
  expect(await printedBy('--database', '--only', 'token')).toMatch(/^\| token in PostgreSQL +\| \d/m);
}, 60_000);
