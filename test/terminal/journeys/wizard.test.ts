import { describe, expect, test as baseTest, vi } from 'vitest';
import { browserVisit } from '../../journeys/browser-script.ts';
import { stateOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { setupQuestions, finishQuestions, answerAll, finishWith, questionsFrom, questionsBefore } from './questions.ts';
import { newJourney } from './terminal-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;
const restored = { cursor: 'shown', pastes: 'plain' };

describe('the wizard', () => {
  test('leads from the first question to a connection', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const { simulator, machine } = journey;
    const session = journey.openTerminal(['connect']);
    await answerAll(session, journey, setupQuestions);
    await answerAll(session, journey, finishQuestions);
    expect(await session.ended, session.text).toBe(0);
    expect(session.text).toMatch(
      /✔ Connected: “default”, in TikTok Shop and in OttoKit[^]*Shops +Demo Shop[^]*Next: nothing/,
    );
    expect((await browserVisit(machine.pagePath)).page).toContain('TikTok Shop is connected');
    expect(await stateOf(machine)).toBe('connected');
    expect(simulator.unexpected).toEqual([]);
    for (const secret of simulator.secrets()) expect(session.received).not.toContain(secret);
    expect(session.state).toEqual(restored);
  });

  test('refuses wrong values, says why, and then accepts the right ones', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const { appKey, appSecret, serviceId } = journey.simulator.app;
    const session = journey.openTerminal(['connect']);
    const refused = async (typed: string, why: string): Promise<void> => {
      session.paste(typed);
      session.type(keys.enter);
      await session.sees(why);
    };
    await answerAll(session, journey, questionsBefore('Redirect URL, exactly as on the app’s page'));
    await session.waitForQuestion('Redirect URL, exactly as on the app’s page');
    await refused('https://api.ottokit.com/tiktok_shop/connection/', 'it ends with a slash');
    await refused('not an address', 'This Redirect URL can’t be used');
    session.type(keys.backspace.repeat('not an address'.length));
    await answerAll(session, journey, questionsFrom('Redirect URL, exactly as on the app’s page').slice(0, 3));
    await session.waitForQuestion('App Key');
    await refused('', 'This is empty; the App Key is');
    await refused('6abcxxxxxxxxx', 'masked characters');
    await refused(serviceId, 'This is your Service ID');
    session.paste(`App Key: ${appKey}`);
    session.type(keys.enter);
    await session.waitForQuestion('App Secret');
    await refused('••••••••••', 'This is the App Secret with masked characters');
    await refused(appKey, 'This is your App Key; the App Secret is');
    session.paste(appSecret);
    session.type(keys.enter);
    await session.waitForQuestion('Service ID');
    await refused('7369437808455026474', 'the sample Service ID printed in TikTok Shop');
    await refused(appKey, 'This is your App Key; the Service ID is');
    session.paste('12345');
    session.type(keys.enter);
    await session.waitForQuestion('Use it anyway? (y/N)');
    session.type(keys.enter);
    await session.waitForQuestion('Service ID');
    session.paste(`ID: ${serviceId}`);
    session.type(keys.enter);
    await answerAll(session, journey, [...setupQuestions.slice(-1), ...finishQuestions]);
    expect(await session.ended, session.text).toBe(0);
    expect(session.received).not.toContain(appSecret);
  });

  test('shows the App Secret only on request', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const { appSecret } = journey.simulator.app;
    const session = journey.openTerminal(['connect']);
    await answerAll(session, journey, setupQuestions);
    await answerAll(session, journey, finishQuestions.slice(0, 1));
    await finishWith(session, 'show-secret');
    await session.sees(appSecret);
    await session.waitForQuestion('❯ Copy the Service ID');
    expect(session.lines).toContain(appSecret);
    session.type(keys.ctrlC);
    expect(await session.ended).toBe(130);
    expect(session.state).toEqual(restored);
  });
});

test('the demo plays to the end in a terminal, even with --timeout 0', async ({ onTestFinished }) => {
  const journey = await newJourney(onTestFinished);
  const session = journey.openTerminal(['connect', '--demo', '--no-browser', '--timeout', '0']);
  const shown = [
    ...['Where is your shop?', 'Do you have a Partner Center', 'Is the app ready', 'Are all seven on'],
    ...['App Key', 'App Secret', 'Service ID', 'Sign in as', 'Paste the address', 'What does TikTok'],
    ...['Service ID (Enter', 'Paste the address', 'Finish in OttoKit'],
  ];
  let from = 0;
  for (const question of shown) {
    // On a busy machine, the demo may answer a question before the test looks at the screen.
    await vi.waitFor(() => {
      expect(session.received.slice(from)).toContain(question);
    }, 25_000);
    from = session.received.indexOf(question, from) + question.length;
    session.type(' ');
  }
  expect(await session.ended, session.text).toBe(0);
  expect(session.text).toContain('That was the demo');
});

describe('a paste', () => {
  const long = 'a1B2c'.repeat(300);
  const longSecret = 'f00dc'.repeat(300);

  test('of 1,500 characters is read as one value and refused with a reason', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect']);
    await answerAll(session, journey, questionsBefore('App Key'));
    await session.waitForQuestion('App Key');
    session.paste(long);
    await session.sees(long);
    session.type(keys.enter);
    await session.sees('This is 1500 characters long, far too long; the App Key is');
    await answerAll(session, journey, questionsFrom('App Key').slice(0, 1));
    await session.waitForQuestion('App Secret');
    session.paste(longSecret);
    await session.sees('•'.repeat(1_500));
    session.type(keys.enter);
    await session.sees('This is 1500 characters long, far too long; the App Secret is');
    expect(session.received).not.toContain('f00dc');
    await answerAll(session, journey, questionsFrom('App Secret').slice(0, 1));
    await session.waitForQuestion('Service ID');
  });

  test('with a line break submits nothing, and no part of it reaches the next question', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const { appKey, appSecret } = journey.simulator.app;
    const session = journey.openTerminal(['connect']);
    await answerAll(session, journey, questionsBefore('App Key'));
    await session.waitForQuestion('App Key');
    session.paste(`\n${appKey.slice(0, 6)}\n${appKey.slice(6)}\n`);
    await session.waitForQuestion(`App Key ${appKey.slice(0, 6)} ${appKey.slice(6)}`);
    session.type(keys.enter);
    await session.waitForQuestion('App Secret');
    session.paste(`${appSecret}\n`);
    await session.waitForQuestion(`App Secret ${'•'.repeat(appSecret.length)}`);
    session.type(keys.enter);
    await session.waitForQuestion('Service ID');
    expect(session.rows).toContain(`✔ App Secret ${'•'.repeat(appSecret.length)}`);
    expect(session.received).not.toContain(appSecret);
  });
});

describe('the address that the browser was sent to', () => {
  const waiting = /^http\S+\/open\/authorize\S+$/u;

  test.for(['auto', 'paste'] as const)(
    'is accepted while the program waits (--capture %s)',
    async (capture, { onTestFinished }) => {
      const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
      const { simulator } = journey;
      const session = journey.openTerminal([...journey.connect, '--capture', capture]);
      await session.waitForQuestion(
        capture === 'paste' ? 'Paste the address, or press Enter' : 'Press Enter for help, or paste',
      );
      const address = session.lines.find((line) => waiting.test(line)) ?? '';
      const { headers } = await fetch(address, { redirect: 'manual' });
      const redirected = headers.get('location') ?? '';
      session.paste('http://127.0.0.1:1/callback?code=x&state=y');
      session.type(keys.enter);
      await session.sees('This can’t be used');
      session.paste(redirected);
      session.type(keys.enter);
      expect(await session.ended, session.text).toBe(0);
      expect(session.text).toContain('TikTok Shop is authorized: “default”');
      expect(simulator.issued.accessTokens).toHaveLength(1);
      expect(session.state).toEqual(restored);
    },
  );
});
