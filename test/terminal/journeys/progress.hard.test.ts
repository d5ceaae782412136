import { describe, expect, test as baseTest } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { holdStore } from '../held-store.ts';
import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import { newJourney, type TerminalJourney } from './terminal-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

/** How long TikTok Shop takes, in milliseconds: long enough for a wait message. */
const slowness = 2_500;

/** Connects a shop, and then makes TikTok Shop slow. */
async function connected(after: Parameters<typeof newJourney>[0]): Promise<TerminalJourney> {
  const journey = await newJourney(after, { slowness });
  const session = journey.openTerminal(journey.connect);
  expect(await session.ended, session.text).toBe(0);
  journey.simulator.setScenario('slow');
  return journey;
}

/** Expects that no wait message remains on the terminal. */
function leavesNoTrace(session: TerminalSession): void {
  expect(session.text).not.toContain('(Ctrl-C quits');
  expect(session.state).toEqual({ cursor: 'shown', pastes: 'plain' });
}

describe('a wait of more than a second says what the program is waiting for and how to leave', () => {
  test('during connect', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { scenario: 'slow', slowness: 1_300 });
    const session = journey.openTerminal(journey.connect);
    await session.sees('… Asking TikTok Shop whether it knows the App Key (Ctrl-C quits)');
    await session.sees('… Exchanging the authorization code for tokens (Ctrl-C quits)');
    await session.sees('… Asking TikTok Shop for the shops of this authorization (Ctrl-C quits)');
    expect(await session.ended).toBe(0);
    leavesNoTrace(session);
  });

  test('during connect, if the token must be refreshed', async ({ onTestFinished }) => {
    const journey = await connected(onTestFinished);
    journey.simulator.expireAccessTokens();
    const session = journey.openTerminal(['connect', '--yes']);
    await session.sees('… Asking TikTok Shop for the shops of this authorization (Ctrl-C quits)');
    expect(await session.ended).toBe(0);
    leavesNoTrace(session);
  });

  test('during doctor', async ({ onTestFinished }) => {
    const journey = await connected(onTestFinished);
    const session = journey.openTerminal(['doctor', 'app', 'token', 'shops', 'scopes']);
    await session.sees('… Running the checks (Ctrl-C quits)');
    expect(await session.ended, session.text).toBe(0);
    leavesNoTrace(session);
  });

  test('during token', async ({ onTestFinished }) => {
    const journey = await connected(onTestFinished);
    const session = journey.openTerminal(['token', '--min-validity', '10080']);
    await session.sees('… Asking TikTok Shop for a fresh access token (Ctrl-C quits)');
    expect(await session.ended).toBe(0);
    leavesNoTrace(session);
  });

  test('during disconnect', async ({ onTestFinished }) => {
    const journey = await connected(onTestFinished);
    const session = journey.openTerminal(['disconnect', '--revoke', '--yes']);
    await session.sees('… Revoking default at TikTok Shop (Ctrl-C quits)');
    expect(await session.ended).toBe(0);
    leavesNoTrace(session);
  });

  test.for([
    ['doctor', 'app'],
    ['token', '--min-validity', '10080'],
    ['disconnect', '--revoke', '--yes'],
  ])('and Ctrl-C quits %s at once', async (args, { onTestFinished }) => {
    const journey = await connected(onTestFinished);
    const session = journey.openTerminal(args);
    await session.sees('(Ctrl-C quits)');
    session.type(keys.ctrlC);
    expect(await session.ended).toBe(130);
    leavesNoTrace(session);
    journey.simulator.setScenario('approve');
    expect(await stateOf(journey.machine)).toBe('connected');
  });

  test.for([
    ['token', '--min-validity', '10080'],
    ['disconnect', '--yes'],
    ['connect', '--restart', '--yes'],
  ])('during %s, while another process holds the store’s lock', async (args, { onTestFinished }) => {
    const journey = await connected(onTestFinished);
    journey.simulator.setScenario('approve');
    const release = await holdStore(journey.machine.configDirectory);
    const session = journey.openTerminal(args);
    await session.sees('… Waiting for another ottokit-tiktok to finish (Ctrl-C quits)');
    await release();
    expect(await session.ended, session.text).toBe(0);
    leavesNoTrace(session);
  });

  test('but a shorter wait says nothing', async ({ onTestFinished }) => {
    const journey = await connected(onTestFinished);
    journey.simulator.setScenario('approve');
    for (const args of [['token'], ['doctor', '--offline']]) {
      const session = journey.openTerminal(args);
      expect(await session.ended).toBe(0);
      expect(session.received).not.toContain('Ctrl-C quits');
    }
  });
});

test('the wait for the browser counts down', async ({ onTestFinished }) => {
  const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
  const session = journey.openTerminal([...journey.connect, '--timeout', '0.08']);
  for (const left of [4, 3, 2, 1])
    await session.sees(`Waiting for TikTok Shop, 0:0${String(left)} left (Ctrl-C quits; progress is saved)`);
  expect(await session.ended).toBe(1);
  expect(session.text).toContain('TikTok Shop didn’t answer within');
  leavesNoTrace(session);
});
