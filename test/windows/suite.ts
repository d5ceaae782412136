import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from './suite-driver.ts';
import { installSuite, startWindows, type Windows } from './wine.ts';

const versions = (process.env['WINDOWS_NODES'] ?? '20 22').split(' ');
/** Parts of file names; the whole suite if empty. */
const only = process.env['WINDOWS_FILES']?.split(' ') ?? [];
/** Milliseconds for each test; processes start slowly under Wine. */
const timeout = 120_000;

let windows: Windows;

beforeAll(async () => {
  windows = await startWindows(versions);
  await installSuite(windows);
});

afterAll(() => windows.remove());

test.for(versions)('every test passes on Windows with Node %s, or is skipped with a reason', async (version) => {
  const script = 'suite\\suite-driver.mjs';
  const { results, complete } = (await windows.script(script, version, { only, timeout }, 3_000_000)) as Report;
  const of = (state: 'failed' | 'passed' | 'skipped') => results.filter((result) => result.state === state);

  const notes = of('skipped').map(({ note }) => note);
  process.stdout.write(`Node ${version}: ${String(of('passed').length)} passed, ${String(notes.length)} skipped\n`);
  for (const reason of new Set(notes)) {
    process.stdout.write(`${String(notes.filter((note) => note === reason).length)} skipped: ${reason ?? ''}\n`);
  }

  for (const { file, title, ms } of results.toSorted((one, other) => other.ms - one.ms).slice(0, 10)) {
    process.stdout.write(`${String(Math.round(ms / 1_000))} s: ${file}: ${title}\n`);
  }

  expect(of('failed').map(({ file, title, errors }) => [`${file}: ${title}`, ...errors].join('\n'))).toEqual([]);
  expect(of('skipped').filter(({ note }) => note === undefined)).toEqual([]);
  expect(complete).toBe(true);
  expect(of('passed').length).toBeGreaterThan(0);
});
