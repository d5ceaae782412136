import { readFile } from 'node:fs/promises';
import { expect, test as baseTest, vi } from 'vitest';
import { stateOf } from '../journeys/journey.ts';
import { probes } from './probes.ts';
import { expectGuarded, waitingLogin } from './waiting-login.ts';

const test = baseTest.concurrent;

// Each probe starts a program of its own, and the machine may be busy with others.
vi.setConfig({ testTimeout: 180_000 });

test.for(probes.map(({ name, answer, attempt }) => [name, answer, attempt] as const))(
  '%s: %s, and the login completes',
  async ([, answer, attempt], { onTestFinished }) => {
    const login = await waitingLogin(onTestFinished);
    expect(await attempt(login)).toBe(answer);
    const { page, run } = await login.completes();
    expectGuarded(page);
    expect(run.stderr).not.toContain('ROW_of-somebody-else');
    const { machine, shop } = login.journey;
    expect(await stateOf(machine)).toBe('connected');
    expect(shop.violations).toEqual([]);
  },
);

test('a single login survives all the quick probes, one after the other', async ({ onTestFinished }) => {
  const login = await waitingLogin(onTestFinished);
  const slow = ['10,000 garbage', 'one byte a second', 'twice'];
  for (const { name, answer, attempt } of probes.filter((probe) => !slow.some((word) => probe.name.includes(word)))) {
    expect(await attempt(login), name).toBe(answer);
  }
  const { run } = await login.completes();
  // Each reason is reported once, except that one has two wordings, with and without a denial.
  const reported = run.stderr.match(/doesn’t belong to this login: .*/g) ?? [];
  expect(new Set(reported).size).toBe(reported.length);
  expect(reported).toHaveLength(6);
});

test('the table in SECURITY.md lists exactly these probes and their results', async () => {
  const page = await readFile(new URL('../../.github/SECURITY.md', import.meta.url), 'utf8');
  const [, section = ''] = /\n## A waiting login under attack\n([^]*?)\n## /.exec(page) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells.slice(2)).toEqual(probes.map(({ name, answer }) => [name, answer, 'yes']));
});
