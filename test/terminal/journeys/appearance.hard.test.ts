import { describe, expect, test as baseTest } from 'vitest';
import { markets } from '../../../src/wizard/steps/shop.ts';
import { displayWidth } from '../../../src/terminal/width.ts';
import { keys } from '../pty.ts';
import { setupQuestions, finishQuestions, answerAll, questionsBefore } from './questions.ts';
import { flat, type TerminalSession } from './terminal-session.ts';
import { newJourney, type TerminalJourney } from './terminal-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

const color = /\u001b\[[\d;]*m/u;
const escape = '\u001b';
const glyphs = /[✔✖▲❯◉◯•…]/u;
const beyondAscii = /[^\u0000-\u007f]/u;

/** Rows that may be wider than the terminal: those with an address, a time or several scope numbers. */
const whole = /https?:\/\/\S+|\d{4}-\d\d-\d\dT\S+|\d{6}, \d{6}/u;

/** Runs the whole wizard in a terminal with this size and environment. */
async function wizard(
  journey: TerminalJourney,
  given: Parameters<TerminalJourney['openTerminal']>[1],
  ...flags: readonly string[]
): Promise<TerminalSession> {
  const session = journey.openTerminal(['connect', ...flags], given);
  await answerAll(session, journey, [...setupQuestions, ...finishQuestions]);
  expect(await session.ended, session.text).toBe(0);
  await session.sees('Next: nothing');
  return session;
}

/** Runs the whole wizard with questions that are answered by typing a line. */
async function plainWizard(
  journey: TerminalJourney,
  given: Parameters<TerminalJourney['openTerminal']>[1],
): Promise<TerminalSession> {
  const { app } = journey.simulator;
  const session = journey.openTerminal(['connect'], given);
  const lines: readonly (readonly [asked: string, typed: string])[] = [
    ['Passphrase (Enter for none) (what you type isn’t shown):', ''],
    [`Another country Number from 1 to ${String(markets.length)} (Enter for 1):`, '2'],
    ['4. Go back: Choose another country. Number from 1 to 4 (Enter for 1):', ''],
    ['6. Go back Number from 1 to 6 (Enter for 1):', '4'],
    ['4. Go back Number from 1 to 4 (Enter for 1):', '3'],
    ['Redirect URL, exactly as on the app’s page:', journey.redirectUrl],
    ['6. Go back Number from 1 to 6 (Enter for 1):', ''],
    ['5. Go back Number from 1 to 5 (Enter for 1):', '2'],
    ['Numbers to tick (1,3 or 1-7), all or none (Enter leaves them as they are):', '1-7'],
    ['App Key:', app.appKey],
    ['App Secret (what you type isn’t shown):', app.appSecret],
    ['Service ID:', app.serviceId],
    ['4. Go back Number from 1 to 4 (Enter for 1):', ''],
    ['4. Go back Number from 1 to 4 (Enter for 2):', ''],
    ['9. Go back Number from 1 to 9 (Enter for 1):', '6'],
  ];
  for (const [asked, typed] of lines) {
    await session.endsWith(asked);
    session.type(`${typed}${keys.enter}`);
  }
  expect(await session.ended, session.text).toBe(0);
  for (const secret of journey.simulator.secrets()) expect(session.received).not.toContain(secret);
  return session;
}

describe('a terminal with 40 columns', () => {
  test('shows the whole wizard, and only unbreakable text is wider', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = await wizard(journey, { columns: 40 });
    const { appSecret } = journey.simulator.app;
    const tooWide = session.lines.filter((line) => displayWidth(line) > 40 && !whole.test(line));
    // Answers may be wider: a mask is as long as its secret, and a chosen answer follows its question.
    expect(tooWide.filter((line) => !line.startsWith('✔ '))).toEqual([]);
    expect(session.received).not.toContain(appSecret);
    const address = session.lines.find((line) => line.includes('/open/authorize?')) ?? '';
    expect(address).toMatch(/^http:\/\/\S+&state=[\w-]{43}$/);
    expect(session.lines.map((line) => line.trim())).toContain('https://api.ottokit.com/tiktok_shop/connection');
  });

  test('breaks no word of a question or a refusal', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect'], { columns: 40 });
    await answerAll(session, journey, questionsBefore('Are all seven on, and is the app published?'));
    await session.waitForQuestion('Are all seven on');
    expect(session.question).toMatch(/^\? Are all seven on, and is the app\npublished\?/);
    await answerAll(session, journey, setupQuestions.slice(7, 8));
    await session.waitForQuestion('App Key');
    session.type(`${journey.simulator.app.serviceId}${keys.enter}`);
    await session.waitForQuestion('This is your Service ID');
    expect(session.question).toMatch(
      /✖ This is your Service ID; the App Key\nis the 13 letters and digits, beginning\nwith 6,/,
    );
  });

  test('shows what the program is waiting for, the remaining time and how to leave', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    const session = journey.openTerminal(journey.connect, { columns: 40 });
    await session.waitForQuestion('or paste the address');
    await session.sees(/Waiting for TikTok Shop, 14:\d\d left \(Ctrl-C quits; progress is saved\) \?/);
    await session.sees(/14:5[0-8] left/);
    expect(session.rows.filter((row) => row.startsWith('Waiting'))).toHaveLength(1);
  });
});

test('a terminal with 200 columns isn’t filled with lines too long to read', async ({ onTestFinished }) => {
  const journey = await newJourney(onTestFinished);
  const session = await wizard(journey, { columns: 200 });
  const long = session.rows.filter((row) => displayWidth(row) > 100 && !whole.test(row));
  expect(long).toEqual([]);
  expect(session.rows.some((row) => /^http\S+&state=[\w-]{43}$/.test(row))).toBe(true);
});

describe('a terminal that is resized', () => {
  test('at a question shows it once, and accepts the answer', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect']);
    await answerAll(session, journey, questionsBefore('Are all seven on, and is the app published?'));
    await session.waitForQuestion('Are all seven on');
    session.type(keys.down + keys.enter);
    await session.waitForQuestion('Which ones are on?');
    for (const columns of [40, 61, 200, 40]) {
      await session.resize(columns);
    }
    session.type(`a${keys.down}`);
    await session.waitForQuestion('❯ ◉ 430148');
    await session.resize(100);
    session.type(keys.down);
    await session.waitForQuestion('❯ ◉ 431492');
    expect(session.text.split('Which ones are on?')).toHaveLength(2);
    session.type(keys.enter);
    await session.waitForQuestion('App Key');
    expect(session.text).toMatch(/✔ Which ones are on\? (\d+) of \1 ticked\n\nStep 4 of 6/);
  });

  test('during the wait shows the wait message and the typed text, without piling up rows', async ({
    onTestFinished,
  }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    const session = journey.openTerminal(journey.connect);
    await session.waitForQuestion('or paste the address');
    await session.sees('No browser could be opened');
    session.type('http');
    await session.waitForQuestion('address http');
    for (const columns of [40, 100, 30, 70]) {
      await session.resize(columns);
    }
    await session.sees(/14:5[0-7] left/);
    // A terminal that gets narrower may keep the cursor's row in place, so one old row may remain.
    expect(session.rows.filter((row) => row.startsWith('Waiting')).length).toBeLessThan(3);
    await session.waitForQuestion('address http');
    session.type(`://x${keys.enter}`);
    await session.waitForQuestion('This can’t be used');
    session.type(keys.ctrlC);
    expect(await session.ended).toBe(130);
    expect(session.state).toEqual({ cursor: 'shown', pastes: 'plain' });
  });
});

describe('the output', () => {
  test('has no color with NO_COLOR or --no-color', async ({ onTestFinished }) => {
    for (const [env, ...flags] of [[{ NO_COLOR: '1' }], [{}, '--no-color']] as const) {
      const journey = await newJourney(onTestFinished);
      const session = await wizard(journey, { env }, ...flags);
      expect(session.received).not.toMatch(color);
      expect(session.text).toContain('✔ Connected');
    }
  });

  test('has color by default', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    expect((await wizard(journey, {})).received).toMatch(color);
  });

  test('has no animation with CI=1, and the questions can be answered', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { env: { CI: '1' } });
    const session = await wizard(journey, {});
    expect(session.received.split('Waiting for TikTok Shop')).toHaveLength(2);
  });

  test.for([['C'], ['POSIX'], ['en_US.ISO-8859-1']] as const)(
    'is ASCII with LANG=%s',
    async ([LANG], { onTestFinished }) => {
      const journey = await newJourney(onTestFinished);
      const session = await wizard(journey, { env: { LANG } });
      expect(session.received).not.toMatch(beyondAscii);
      expect(session.text).toContain('[ok] Connected: "default", in TikTok Shop and in OttoKit');
      expect(session.text).toContain('In Partner Center, click "App & Service", then "Create app & service"');
    },
  );

  test('for a failure is ASCII too with LANG=C', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { scenario: 'wrong-secret' });
    const session = journey.openTerminal(journey.connect, { env: { LANG: 'C' } });
    expect(await session.ended).toBe(1);
    expect(session.received).not.toMatch(beyondAscii);
    expect(flat(session.text)).toMatch(
      /\[x\] TikTok Shop refused the signature[^]*TikTok Shop said "[^]*-> Copy the App Secret/,
    );
  });

  test.for([['status'], ['scopes'], ['doctor', '--offline'], ['disconnect'], ['--help'], ['connect', '--help']])(
    'of %s is ASCII with LANG=C',
    async (args, { onTestFinished }) => {
      const journey = await newJourney(onTestFinished);
      const connected = journey.openTerminal(journey.connect);
      expect(await connected.ended).toBe(0);
      const session = journey.openTerminal(args, { env: { LANG: 'C' } });
      if (args[0] === 'disconnect') {
        await session.waitForQuestion('?');
        session.type(`y${keys.enter}`);
      }
      await session.ended;
      expect(session.text).not.toBe('');
      expect(session.received).not.toMatch(beyondAscii);
    },
  );

  test('has no escape sequences with TERM=dumb, and answers are typed as lines', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = await plainWizard(journey, { env: { TERM: 'dumb' } });
    expect(session.received).not.toContain(escape);
    expect(session.received).not.toMatch(beyondAscii);
  });

  test('has words instead of glyphs with ACCESSIBLE=1, and nothing is redrawn', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = await plainWizard(journey, { env: { ACCESSIBLE: '1' } });
    expect(session.received).not.toMatch(glyphs);
    expect(session.received).not.toMatch(/\u001b\[\d*[A-HJKf]/u);
    expect(session.text).toContain('ok: Connected: “default”, in TikTok Shop and in OttoKit');
    expect(session.state).toEqual({ cursor: 'shown', pastes: 'plain' });
  });
});
