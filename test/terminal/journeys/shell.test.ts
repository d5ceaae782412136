import { describe, expect, test as baseTest } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import { launcher, newJourney, prompt } from './terminal-journey.ts';
import { atShell, hasItsSettings, isAsBefore, processOf, programWith, runs } from './shell.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

describe('the terminal is restored', () => {
  test('after connecting', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = await atShell(journey);
    session.type(programWith(journey.connect));
    await isAsBefore(session, journey, 0);
  });

  test('after a failure', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { scenario: 'wrong-secret' });
    const session = await atShell(journey);
    session.type(programWith(journey.connect));
    await isAsBefore(session, journey, 1);
  });

  const places = [
    ['a choice', 'Do you have a Partner Center account', false],
    ['the wait', 'or paste the address', true],
  ] as const;
  const endings = [
    [
      'Ctrl-C',
      (session: TerminalSession) => {
        session.type(keys.ctrlC);
      },
    ],
    ['kill -TERM', (session: TerminalSession) => process.kill(processOf(session), 'SIGTERM')],
    ['kill -INT', (session: TerminalSession) => process.kill(processOf(session), 'SIGINT')],
    ['kill -HUP', (session: TerminalSession) => process.kill(processOf(session), 'SIGHUP')],
  ] as const;
  const cases = places.flatMap(([place, asked, whole]) =>
    endings.map(([ending, end]) => [ending, place, { asked, whole, end }] as const),
  );

  test.for(cases)('after %s at %s', async ([, , { asked, whole, end }], { onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    const session = await atShell(journey);
    session.type(programWith(whole ? journey.connect : ['connect', ...journey.flags]));
    if (!whole) {
      await session.waitForQuestion('Passphrase');
      session.type(keys.enter);
    }
    await session.waitForQuestion(asked);
    end(session);
    await isAsBefore(session, journey, 130);
  });

  test('after Ctrl-\\ at a question', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = await atShell(journey);
    session.type(programWith(['connect', ...journey.flags]));
    await session.waitForQuestion('Passphrase');
    session.type(keys.ctrlBackslash);
    await isAsBefore(session, journey, 128 + 3);
  });

  test('after Ctrl-C during a request to TikTok Shop', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { scenario: 'slow', slowness: 60_000 });
    const session = await atShell(journey);
    session.type(programWith(journey.connect));
    await session.sees('Asking TikTok Shop whether it knows the App Key');
    session.type(keys.ctrlC);
    await session.sees('Interrupted. Every finished step is kept.');
    await hasItsSettings(session, journey);
  });
});

describe('Ctrl-Z', () => {
  test('at a question returns to the shell, and fg shows the question again', async ({ expect, onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = await atShell(journey);
    session.type(`node ${launcher} connect ${journey.flags.join(' ')}${keys.enter}`);
    await session.waitForQuestion('Passphrase');
    session.type(keys.enter);
    await session.waitForQuestion('Do you have a Partner Center account');
    session.type(keys.enter);
    await session.waitForQuestion('Are all seven on');
    session.type(keys.down + keys.enter);
    await session.waitForQuestion('Which ones are on?');
    session.type(`a${keys.down}`);
    await session.waitForQuestion(/❯ ◉ 430148/);
    session.type(keys.ctrlZ);
    await session.endsWith(prompt);
    expect(session.text).toMatch(/Stopped/);
    expect(session.state.cursor).toBe('shown');
    expect(session.question).toBe('');
    await hasItsSettings(session, journey);

    session.type(`fg${keys.enter}`);
    await session.waitForQuestion(/Which ones are on\? ◉ 430276 Order Information ❯ ◉ 430148/);
    await expect.poll(() => session.state).toEqual({ cursor: 'hidden', pastes: 'marked' });
    session.type(keys.enter);
    await session.waitForQuestion('App Secret');
    session.paste(`${journey.simulator.app.appSecret}\n`);
    await session.waitForQuestion(`App Secret ${'•'.repeat(40)}`);
    session.type(keys.ctrlZ);
    await session.endsWith(prompt);
    session.type(`fg${keys.enter}`);
    await session.waitForQuestion(`App Secret ${'•'.repeat(40)}`);
    session.type(keys.enter);
    await session.waitForQuestion('Sign in as the shop’s owner');
    session.type(keys.enter);
    await session.waitForQuestion('Have you changed it?');
    expect(session.received).not.toContain(journey.simulator.app.appSecret);
    session.type(keys.ctrlC);
    await session.endsWith(prompt);
    await runs(session, journey, 'echo "ended with $?"');
    session.type(`echo "ended with 130"${keys.enter}`);
    await isAsBefore(session, journey, 130);
  });

  test('during the wait stops it, and fg continues it', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    const session = await atShell(journey);
    session.type(programWith(journey.connect));
    await session.waitForQuestion('or paste the address');
    const address = session.lines.find((line) => /^http\S+\/open\/authorize\S+$/u.test(line)) ?? '';
    session.type(keys.ctrlZ);
    await session.endsWith(prompt);
    expect(session.text).toMatch(/Stopped/);
    session.type(`fg${keys.enter}`);
    await session.waitForQuestion('or paste the address');
    expect(session.rows.filter((row) => row.includes('Waiting for TikTok Shop'))).toHaveLength(1);
    expect((await fetch(address)).status).toBe(200);
    await session.sees('TikTok Shop is authorized: “default”');
    await session.endsWith(prompt);
    expect(await stateOf(journey.machine)).toBe('connected');
  });

  test('does nothing without a shell to return to', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect']);
    await session.waitForQuestion('Passphrase');
    session.type(`horse${keys.ctrlZ}${keys.enter}`);
    await session.waitForQuestion('Enter the passphrase again');
    session.type(`horse${keys.enter}`);
    await session.waitForQuestion('Where is your shop?');
  });
});
