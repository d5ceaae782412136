import { describe, expect, test as anyTest, vi } from 'vitest';
import { browserVisit } from '../../journeys/browser-script.ts';
import { stateOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { aboutTheApp, afterwards, answers, finishWith, questionsFrom, questionsTo } from './questions.ts';
import { newSetting } from './setting.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;
const restored = { cursor: 'shown', pastes: 'plain' };

describe('the wizard by keyboard', () => {
  test('leads from the first question to a connection', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const { simulator, machine } = setting;
    const seat = setting.openTerminal(['connect']);
    await answers(seat, setting, aboutTheApp);
    await answers(seat, setting, afterwards);
    expect(await seat.ended, seat.text).toBe(0);
    expect(seat.text).toMatch(
      /✔ Connected: “default”, in TikTok Shop and in OttoKit[^]*Shops +Demo Shop[^]*Next: nothing/,
    );
    expect((await browserVisit(machine.pagePath)).page).toContain('TikTok Shop is connected');
    expect(await stateOf(machine)).toBe('connected');
    expect(simulator.unexpected).toEqual([]);
    for (const secret of simulator.secrets()) expect(seat.received).not.toContain(secret);
    expect(seat.state).toEqual(restored);
  });

  test('refuses wrong values, says why, and then accepts the right ones', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const { appKey, appSecret, serviceId } = setting.simulator.app;
    const seat = setting.openTerminal(['connect']);
    const refused = async (typed: string, why: string): Promise<void> => {
      seat.paste(typed);
      seat.type(keys.enter);
      await seat.sees(why);
    };
    await answers(seat, setting, questionsTo('Redirect URL, exactly as on the app'));
    await seat.isAsked('Redirect URL, exactly as on the app');
    await refused('https://api.ottokit.com/tiktok_shop/connection/', 'it ends with a slash');
    await refused('not an address', 'This Redirect URL can’t be used');
    await answers(seat, setting, questionsFrom('Redirect URL, exactly as on the app').slice(0, 3));
    await seat.isAsked('App Key');
    await refused('', 'Nothing was given; the App Key is');
    await refused('6abcxxxxxxxxx', 'masked characters');
    await refused(serviceId, 'This is your Service ID');
    seat.paste(`App Key: ${appKey}`);
    seat.type(keys.enter);
    await seat.isAsked('App Secret');
    await refused('••••••••••', 'This is the App Secret with masked characters');
    await refused(appKey, 'This is your App Key; the App Secret is');
    seat.paste(appSecret);
    seat.type(keys.enter);
    await seat.isAsked('Service ID');
    await refused('7369437808455026474', 'the sample Service ID printed in TikTok Shop');
    await refused(appKey, 'This is your App Key; the Service ID is');
    seat.paste('12345');
    seat.type(keys.enter);
    await seat.isAsked('Use it anyway? (y/N)');
    seat.type(keys.enter);
    await seat.isAsked('Service ID');
    seat.paste(`ID: ${serviceId}`);
    seat.type(keys.enter);
    await answers(seat, setting, [...aboutTheApp.slice(-1), ...afterwards]);
    expect(await seat.ended, seat.text).toBe(0);
    expect(seat.received).not.toContain(appSecret);
  });

  test('shows the App Secret only on request', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const { appSecret } = setting.simulator.app;
    const seat = setting.openTerminal(['connect']);
    await answers(seat, setting, aboutTheApp);
    await answers(seat, setting, afterwards.slice(0, 1));
    await finishWith(seat, 'show-secret');
    await seat.sees(appSecret);
    await seat.isAsked('❯ Copy the Service ID');
    expect(seat.lines).toContain(appSecret);
    seat.type(keys.ctrlC);
    expect(await seat.ended).toBe(130);
    expect(seat.state).toEqual(restored);
  });
});

test('the demo plays to its end at a terminal, whatever the time limit is', async ({ onTestFinished }) => {
  const setting = await newSetting(onTestFinished);
  const seat = setting.openTerminal(['connect', '--demo', '--no-browser', '--timeout', '0']);
  const shown = [
    ...['Where is your shop?', 'Do you have a Partner Center', 'Is the app ready', 'Are all seven on'],
    ...['App Key', 'App Secret', 'Service ID', 'Sign in as', 'Paste the address', 'What does TikTok'],
    ...['Service ID (Enter', 'Paste the address', 'Finish in OttoKit'],
  ];
  let from = 0;
  for (const question of shown) {
    // A question may already be answered when a busy machine looks at the screen.
    await vi.waitFor(() => {
      expect(seat.received.slice(from)).toContain(question);
    }, 25_000);
    from = seat.received.indexOf(question, from) + question.length;
    seat.type(' ');
  }
  expect(await seat.ended, seat.text).toBe(0);
  expect(seat.text).toContain('That was the demo');
});

describe('a paste', () => {
  const long = 'a1B2c'.repeat(300);
  const longSecret = 'f00dc'.repeat(300);

  test('of 1,500 characters is read as one text and refused with a reason', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(['connect']);
    await answers(seat, setting, questionsTo('App Key'));
    await seat.isAsked('App Key');
    seat.paste(long);
    await seat.sees(long);
    seat.type(keys.enter);
    await seat.sees('This is 1500 characters long, far too long; the App Key is');
    await answers(seat, setting, questionsFrom('App Key').slice(0, 1));
    await seat.isAsked('App Secret');
    seat.paste(longSecret);
    await seat.sees('•'.repeat(1_500));
    seat.type(keys.enter);
    await seat.sees('This is 1500 characters long, far too long; the App Secret is');
    expect(seat.received).not.toContain('f00dc');
    await answers(seat, setting, questionsFrom('App Secret').slice(0, 1));
    await seat.isAsked('Service ID');
  });

  test('with a line break submits nothing, and no part of it reaches the next question', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const { appKey, appSecret } = setting.simulator.app;
    const seat = setting.openTerminal(['connect']);
    await answers(seat, setting, questionsTo('App Key'));
    await seat.isAsked('App Key');
    seat.paste(`\n${appKey.slice(0, 6)}\n${appKey.slice(6)}\n`);
    await seat.isAsked(`App Key ${appKey.slice(0, 6)} ${appKey.slice(6)}`);
    seat.type(keys.enter);
    await seat.isAsked('App Secret');
    seat.paste(`${appSecret}\n`);
    await seat.isAsked(`App Secret ${'•'.repeat(appSecret.length)}`);
    seat.type(keys.enter);
    await seat.isAsked('Service ID');
    expect(seat.rows).toContain(`✔ App Secret ${'•'.repeat(appSecret.length)}`);
    expect(seat.received).not.toContain(appSecret);
  });
});

describe('the address that the browser was sent to', () => {
  const waiting = /^http\S+\/open\/authorize\S+$/u;

  test.for(['auto', 'paste'] as const)(
    'is accepted while the program waits (--capture %s)',
    async (capture, { onTestFinished }) => {
      const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
      const { simulator } = setting;
      const seat = setting.openTerminal([...setting.connect, '--capture', capture]);
      await seat.isAsked(capture === 'paste' ? 'Paste the address, or press Enter' : 'Press Enter for help, or paste');
      const address = seat.lines.find((line) => waiting.test(line)) ?? '';
      const { headers } = await fetch(address, { redirect: 'manual' });
      const redirected = headers.get('location') ?? '';
      seat.paste('http://127.0.0.1:1/callback?code=x&state=y');
      seat.type(keys.enter);
      await seat.sees('This can’t be used');
      seat.paste(redirected);
      seat.type(keys.enter);
      expect(await seat.ended, seat.text).toBe(0);
      expect(seat.text).toContain('TikTok Shop is authorized: “default”');
      expect(simulator.issued.accessTokens).toHaveLength(1);
      expect(seat.state).toEqual(restored);
    },
  );
});
