import { describe, expect, test as anyTest } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import type { Seat } from './seat.ts';
import { launcher, newSetting, prompt } from './setting.ts';
import { atShell, hasItsSettings, isAsBefore, processOf, programWith, runs } from './shell.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;

describe('the terminal is restored', () => {
  test('after connecting', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = await atShell(setting);
    seat.type(programWith(setting.connect));
    await isAsBefore(seat, setting, 0);
  });

  test('after a failure', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { scenario: 'wrong-secret' });
    const seat = await atShell(setting);
    seat.type(programWith(setting.connect));
    await isAsBefore(seat, setting, 1);
  });

  const places = [
    ['a choice', 'Do you have a Partner Center account', false],
    ['the wait', 'or paste the address', true],
  ] as const;
  const endings = [
    [
      'Ctrl-C',
      (seat: Seat) => {
        seat.type(keys.ctrlC);
      },
    ],
    ['kill -TERM', (seat: Seat) => process.kill(processOf(seat), 'SIGTERM')],
    ['kill -INT', (seat: Seat) => process.kill(processOf(seat), 'SIGINT')],
    ['kill -HUP', (seat: Seat) => process.kill(processOf(seat), 'SIGHUP')],
  ] as const;
  const cases = places.flatMap(([place, asked, whole]) =>
    endings.map(([ending, end]) => ({ place, asked, whole, ending, end })),
  );

  test.for(cases)('after $ending at $place', async ({ asked, whole, end }, { onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = await atShell(setting);
    seat.type(programWith(whole ? setting.connect : ['connect', ...setting.flags]));
    if (!whole) {
      await seat.isAsked('Passphrase');
      seat.type(keys.enter);
    }
    await seat.isAsked(asked);
    end(seat);
    await isAsBefore(seat, setting, 130);
  });

  test('after Ctrl-C during a request to TikTok Shop', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { scenario: 'slow', slowness: 60_000 });
    const seat = await atShell(setting);
    seat.type(programWith(setting.connect));
    await seat.sees('Asking TikTok Shop whether it knows the App Key');
    seat.type(keys.ctrlC);
    await seat.sees('Interrupted. Every finished step is kept.');
    await hasItsSettings(seat, setting);
  });
});

describe('Ctrl-Z', () => {
  test('at a question returns to the shell, and fg shows the question again', async ({ expect, onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = await atShell(setting);
    seat.type(`node ${launcher} connect ${setting.flags.join(' ')}${keys.enter}`);
    await seat.isAsked('Passphrase');
    seat.type(keys.enter);
    await seat.isAsked('Do you have a Partner Center account');
    seat.type(keys.enter);
    await seat.isAsked('Are all seven on');
    seat.type(keys.down + keys.enter);
    await seat.isAsked('Which ones are on?');
    seat.type(`a${keys.down}`);
    await seat.isAsked(/❯ ◉ 430148/);
    seat.type(keys.ctrlZ);
    await seat.endsWith(prompt);
    expect(seat.text).toMatch(/Stopped/);
    expect(seat.state.cursor).toBe('shown');
    expect(seat.question).toBe('');
    await hasItsSettings(seat, setting);

    seat.type(`fg${keys.enter}`);
    await seat.isAsked(/Which ones are on\? ◉ 430276 Order Information ❯ ◉ 430148/);
    await expect.poll(() => seat.state).toEqual({ cursor: 'hidden', pastes: 'marked' });
    seat.type(keys.enter);
    await seat.isAsked('App Secret');
    seat.paste(`${setting.simulator.app.appSecret}\n`);
    await seat.isAsked(`App Secret ${'•'.repeat(40)}`);
    seat.type(keys.ctrlZ);
    await seat.endsWith(prompt);
    seat.type(`fg${keys.enter}`);
    await seat.isAsked(`App Secret ${'•'.repeat(40)}`);
    seat.type(keys.enter);
    await seat.isAsked('Sign in as the shop’s owner');
    seat.type(keys.enter);
    await seat.isAsked('Is it OttoKit’s again?');
    expect(seat.received).not.toContain(setting.simulator.app.appSecret);
    seat.type(keys.ctrlC);
    await seat.endsWith(prompt);
    await runs(seat, setting, 'echo "ended with $?"');
    seat.type(`echo "ended with 130"${keys.enter}`);
    await isAsBefore(seat, setting, 130);
  });

  test('during the wait stops it, and fg continues it', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = await atShell(setting);
    seat.type(programWith(setting.connect));
    await seat.isAsked('or paste the address');
    const address = seat.lines.find((line) => /^http\S+\/open\/authorize\S+$/u.test(line)) ?? '';
    seat.type(keys.ctrlZ);
    await seat.endsWith(prompt);
    expect(seat.text).toMatch(/Stopped/);
    seat.type(`fg${keys.enter}`);
    await seat.isAsked('or paste the address');
    expect(seat.rows.filter((row) => row.includes('Waiting for TikTok Shop'))).toHaveLength(1);
    expect((await fetch(address)).status).toBe(200);
    await seat.sees('TikTok Shop is authorized: “default”');
    await seat.endsWith(prompt);
    expect(await stateOf(setting.machine)).toBe('connected');
  });

  test('does nothing without a shell to return to', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(['connect']);
    await seat.isAsked('Passphrase');
    seat.type(`horse${keys.ctrlZ}${keys.enter}`);
    await seat.isAsked('The same passphrase again');
    seat.type(`horse${keys.enter}`);
    await seat.isAsked('Where is your shop?');
  });
});
