import { expect, test as baseTest, vi } from 'vitest';
import { newMachine } from '../journeys/machine.ts';
import { document, errorOf } from '../journeys/run.ts';
import { connectedJourney, stateOf, statusOf } from '../journeys/journey.ts';
import { timeLimit } from '../tools/systems.ts';

const test = baseTest.concurrent;

vi.setConfig({ testTimeout: timeLimit(60_000) });

test.for(['keychain', 'passphrase', 'key-file'])(
  'without a store, `store move %s` says so and creates none',
  async (to, { onTestFinished }) => {
    const machine = await newMachine(onTestFinished);
    const run = await machine.run(['store', 'move', to, '--json'], { env: { OTTOKIT_TIKTOK_PASSPHRASE: 'x' } });
    expect(run.exitCode).toBe(1);
    expect(errorOf(run)).toMatchObject({
      code: 'store-absent',
      fix: expect.stringContaining('ottokit-tiktok connect') as string,
    });
    expect(await statusOf(machine)).toMatchObject({ keySource: null, profiles: [] });
  },
);

test('without a terminal, `store move passphrase` requires the new passphrase in the environment', async ({
  onTestFinished,
}) => {
  const { machine } = await connectedJourney(onTestFinished);
  const first = await machine.run(['store', 'move', 'passphrase', '--json']);
  expect(first.exitCode).toBe(2);
  expect(errorOf(first)).toMatchObject({
    code: 'missing-answers',
    message: expect.stringContaining('OTTOKIT_TIKTOK_PASSPHRASE') as string,
    fix: expect.stringContaining('ottokit-tiktok store move passphrase') as string,
  });

  const env = { OTTOKIT_TIKTOK_PASSPHRASE: 'the first' };
  const moved = await machine.run(['store', 'move', 'passphrase'], { env });
  expect(moved).toMatchObject({ exitCode: 0 });
  expect(moved.stdout).toContain('locked with a passphrase now');
  expect(moved.stdout).toContain('OTTOKIT_TIKTOK_PASSPHRASE');
  expect(await stateOf(machine).catch(() => 'closed')).toBe('closed');

  // The variable now holds the current passphrase, so it can't hold the new one as well.
  const second = await machine.run(['store', 'move', 'passphrase', '--json'], { env });
  expect(second.exitCode).toBe(2);
  expect(errorOf(second)).toMatchObject({
    code: 'missing-answers',
    message: expect.stringContaining('holds the current one') as string,
    fix: 'Run `ottokit-tiktok store move passphrase` in a terminal.',
  });
  expect(await statusOf(machine, env)).toMatchObject({ keySource: 'passphrase', profiles: [{ state: 'connected' }] });
});

test('without a keychain, `store move keychain` fails and doesn’t change the store', async ({ onTestFinished }) => {
  const { machine } = await connectedJourney(onTestFinished);
  const run = await machine.run(['store', 'move', 'keychain', '--json']);
  expect(run.exitCode).toBe(1);
  expect(errorOf(run)).toMatchObject({
    code: 'keychain-failed',
    message: expect.stringMatching(/there is no session bus|isn’t installed/) as string,
  });
  expect(await statusOf(machine)).toMatchObject({ keySource: 'key-file', profiles: [{ state: 'connected' }] });
  const same = await machine.run(['store', 'move', 'key-file', '--json']);
  expect(document(same)).toMatchObject({ from: 'key-file', keySource: 'key-file', moved: false, oldKeyLeft: null });
});
