import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test as baseTest, vi } from 'vitest';
import type { After, Machine } from '../journeys/machine.ts';
import { document } from '../journeys/run.ts';
import { journeyConnectedByProgram, type Journey } from '../journeys/journey.ts';
import { containerObstacle, inContainer, inTimeNamespace } from './containers.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: 120_000 });

beforeEach(({ skip }) => {
  skip(containerObstacle !== undefined, containerObstacle);
});

const refresh = '/api/v2/token/refresh';
const limit = 90_000;
const week = 7 * 86_400;

/**
 * Connects to a shop that accepts each refresh token only once, with an access token that is about to expire.
 */
async function expiringSetting(after: After): Promise<Journey> {
  const journey = await journeyConnectedByProgram(after, { accessTokenLifetime: 300, rotates: true });
  journey.shop.rules.accessTokenLifetime = week;
  return journey;
}

/** Starts `token`, either directly on this computer or in a container. */
const startToken = (machine: Machine, through: readonly string[]) => machine.start(['token'], { limit, through });

test.for([
  ['in a container', 'outside', inContainer, []],
  ['outside', 'in a container', [], inContainer],
  ['in a container', 'in another container', inContainer, inContainer],
  ['outside', 'with a different uptime', [], inTimeNamespace],
] as const)(
  'while a process %s refreshes slowly, one %s waits for it and prints the same token',
  async ([, , first, second], { onTestFinished }) => {
    const { machine, shop } = await expiringSetting(onTestFinished);
    const held = shop.hold(refresh);
    const one = startToken(machine, first);
    await held.arrived;
    const two = startToken(machine, second);
    await two.seen(/Waiting for another ottokit-tiktok/);
    // Longer than the lease of a lock whose holder shows no sign of life.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    held.release();

    const [ofOne, ofTwo] = await Promise.all([one.ended, two.ended]);
    expect(ofOne, ofOne.stderr).toMatchObject({ exitCode: 0 });
    expect(ofTwo, ofTwo.stderr).toMatchObject({ exitCode: 0, stdout: ofOne.stdout });
    expect(shop.count(refresh)).toBe(1);
    expect(shop.violations).toEqual([]);
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
  },
);

describe.for([
  ['in a container', 'in a new container', inContainer, inContainer],
  ['in a container', 'outside', inContainer, []],
  ['outside', 'in a container', [], inContainer],
] as const)('after a process %s was killed during a refresh, another one %s', ([, , first, second]) => {
  test('gets the lock within two seconds', async ({ onTestFinished }) => {
    const { machine, shop } = await expiringSetting(onTestFinished);
    const held = shop.hold(refresh);
    const one = startToken(machine, first);
    await held.arrived;
    const holder = JSON.parse(await readFile(join(machine.configDirectory, 'connections.lock'), 'utf8')) as object;
    one.kill('SIGKILL');
    await one.ended;
    held.release();
    if (first.length > 0) expect(holder).toMatchObject({ pid: 1 });

    const two = await startToken(machine, second).ended;

    // The shop may refuse the old refresh token, because it doesn't know that nobody received the new one.
    expect(two.exitCode === 0 || /36004005|revoked|replaced/.test(two.stderr), two.stderr).toBe(true);
    expect(two.stderr).not.toContain('store-locked');
    expect(two.duration).toBeLessThan(2_000 + 3_000);
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
  });

  test('that runs doctor reports the lock, and removes it with --fix', async ({ onTestFinished }) => {
    const { machine, shop } = await expiringSetting(onTestFinished);
    const held = shop.hold(refresh);
    const one = startToken(machine, first);
    await held.arrived;
    one.kill('SIGKILL');
    await one.ended;
    held.release();

    const doctor = (...more: string[]) =>
      machine.start(['doctor', 'permissions', '--json', ...more], { limit, through: second }).ended;
    expect(document(await doctor())).toMatchObject({ checks: [{ id: 'permissions', status: 'warn' }] });
    expect(document(await doctor('--fix'))).toMatchObject({ checks: [{ id: 'permissions', status: 'pass' }] });
    expect(await readdir(machine.configDirectory)).toEqual(['connections']);
  });
});

test('of 20 processes in two containers that find an expired token, one refreshes it and all print the new one', async ({
  onTestFinished,
}) => {
  const { machine, shop } = await expiringSetting(onTestFinished);
  const launcher = join(import.meta.dirname, '../../bin/ottokit-tiktok.cjs');
  const ten = `for n in 1 2 3 4 5 6 7 8 9 10; do '${process.execPath}' '${launcher}' token & done; wait`;
  const runs = await Promise.all(
    [1, 2].map(() => machine.start(['token'], { limit, through: [...inContainer, 'sh', '-c', ten] }).ended),
  );

  const tokens = runs.flatMap(({ stdout }) => stdout.trimEnd().split('\n'));
  expect(tokens.length, runs.map(({ stderr }) => stderr).join('')).toBe(20);
  expect(new Set(tokens).size).toBe(1);
  expect(shop.count(refresh)).toBe(1);
  expect(shop.violations).toEqual([]);
  expect(await readdir(machine.configDirectory)).toEqual(['connections']);
});
