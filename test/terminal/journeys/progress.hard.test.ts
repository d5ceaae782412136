import { describe, expect, test as anyTest } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { holdStore } from '../held-store.ts';
import { keys } from '../pty.ts';
import type { Seat } from './seat.ts';
import { newSetting, type Setting } from './setting.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;

/** Long enough for a wait message. */
const slowness = 2_500;

/** A connection, and a TikTok Shop that has become slow since. */
async function connected(after: Parameters<typeof newSetting>[0]): Promise<Setting> {
  const setting = await newSetting(after, { slowness });
  const seat = setting.openTerminal(setting.connect);
  expect(await seat.ended, seat.text).toBe(0);
  setting.simulator.setScenario('slow');
  return setting;
}

/** Expects that no wait message remains on the terminal. */
function leavesNoTrace(seat: Seat): void {
  expect(seat.text).not.toContain('(Ctrl-C leaves');
  expect(seat.state).toEqual({ cursor: 'shown', pastes: 'plain' });
}

describe('every wait of more than a second says what it waits for and how to leave', () => {
  test('connect', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { scenario: 'slow', slowness: 1_300 });
    const seat = setting.openTerminal(setting.connect);
    await seat.sees('… Asking TikTok Shop whether it knows the App Key (Ctrl-C leaves)');
    await seat.sees('… Exchanging the authorization code for tokens (Ctrl-C leaves)');
    await seat.sees('… Asking TikTok Shop for the shops of this authorization (Ctrl-C leaves)');
    expect(await seat.ended).toBe(0);
    leavesNoTrace(seat);
  });

  test('connect, if the token must be refreshed', async ({ onTestFinished }) => {
    const setting = await connected(onTestFinished);
    setting.simulator.expireAccessTokens();
    const seat = setting.openTerminal(['connect', '--yes']);
    await seat.sees('… Asking TikTok Shop for the shops of this authorization (Ctrl-C leaves)');
    expect(await seat.ended).toBe(0);
    leavesNoTrace(seat);
  });

  test('doctor', async ({ onTestFinished }) => {
    const setting = await connected(onTestFinished);
    const seat = setting.openTerminal(['doctor', 'app', 'token', 'shops', 'scopes']);
    await seat.sees('… Examining (Ctrl-C leaves)');
    expect(await seat.ended, seat.text).toBe(0);
    leavesNoTrace(seat);
  });

  test('token', async ({ onTestFinished }) => {
    const setting = await connected(onTestFinished);
    const seat = setting.openTerminal(['token', '--min-validity', '10080']);
    await seat.sees('… Asking TikTok Shop for a fresh access token (Ctrl-C leaves)');
    expect(await seat.ended).toBe(0);
    leavesNoTrace(seat);
  });

  test('disconnect', async ({ onTestFinished }) => {
    const setting = await connected(onTestFinished);
    const seat = setting.openTerminal(['disconnect', '--revoke', '--yes']);
    await seat.sees('… Revoking default at TikTok Shop (Ctrl-C leaves)');
    expect(await seat.ended).toBe(0);
    leavesNoTrace(seat);
  });

  test.for([
    ['doctor', 'app'],
    ['token', '--min-validity', '10080'],
    ['disconnect', '--revoke', '--yes'],
  ])('and Ctrl-C leaves %s at once', async (args, { onTestFinished }) => {
    const setting = await connected(onTestFinished);
    const seat = setting.openTerminal(args);
    await seat.sees('(Ctrl-C leaves)');
    seat.type(keys.ctrlC);
    expect(await seat.ended).toBe(130);
    leavesNoTrace(seat);
    setting.simulator.setScenario('approve');
    expect(await stateOf(setting.machine)).toBe('connected');
  });

  test.for([
    ['token', '--min-validity', '10080'],
    ['disconnect', '--yes'],
    ['connect', '--restart', '--yes'],
  ])('%s while another process holds the store’s lock', async (args, { onTestFinished }) => {
    const setting = await connected(onTestFinished);
    setting.simulator.setScenario('approve');
    const release = await holdStore(setting.machine.configDirectory);
    const seat = setting.openTerminal(args);
    await seat.sees('… Waiting for another ottokit-tiktok that holds the store (Ctrl-C leaves)');
    await release();
    expect(await seat.ended, seat.text).toBe(0);
    leavesNoTrace(seat);
  });

  test('a shorter wait isn’t explained', async ({ onTestFinished }) => {
    const setting = await connected(onTestFinished);
    setting.simulator.setScenario('approve');
    for (const args of [['token'], ['doctor', '--offline']]) {
      const seat = setting.openTerminal(args);
      expect(await seat.ended).toBe(0);
      expect(seat.received).not.toContain('Ctrl-C leaves');
    }
  });
});

test('the wait for the browser counts down', async ({ onTestFinished }) => {
  const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
  const seat = setting.openTerminal([...setting.connect, '--timeout', '0.08']);
  for (const left of [4, 3, 2, 1])
    await seat.sees(`Waiting for TikTok Shop, 0:0${String(left)} left (Ctrl-C leaves, everything is kept)`);
  expect(await seat.ended).toBe(1);
  expect(seat.text).toContain('No answer came from TikTok Shop within');
  leavesNoTrace(seat);
});
