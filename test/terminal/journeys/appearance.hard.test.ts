import { describe, expect, test as anyTest } from 'vitest';
import { markets } from '../../../src/ground/markets.ts';
import { displayWidth } from '../../../src/terminal/width.ts';
import { keys } from '../pty.ts';
import { aboutTheApp, afterwards, answers, questionsTo } from './questions.ts';
import { flat, type Seat } from './seat.ts';
import { newSetting, type Setting } from './setting.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;

const color = /\u001b\[[\d;]*m/u;
const escape = '\u001b';
const glyphs = /[✔✖▲❯◉◯•…]/u;
const beyondAscii = /[^\u0000-\u007f]/u;

/** Text that must not be wrapped on any terminal: addresses, values to copy, times. */
const whole = /https?:\/\/\S+|\d{4}-\d\d-\d\dT\S+|\d{6}, \d{6}/u;

/** The whole wizard, in a terminal of this kind. */
async function wizard(
  setting: Setting,
  given: Parameters<Setting['openTerminal']>[1],
  ...flags: readonly string[]
): Promise<Seat> {
  const seat = setting.openTerminal(['connect', ...flags], given);
  await answers(seat, setting, [...aboutTheApp, ...afterwards]);
  expect(await seat.ended, seat.text).toBe(0);
  await seat.sees('Next: nothing');
  return seat;
}

/** The same, with questions as lines to type on. */
async function plainWizard(setting: Setting, given: Parameters<Setting['openTerminal']>[1]): Promise<Seat> {
  const { app } = setting.simulator;
  const seat = setting.openTerminal(['connect'], given);
  const lines: readonly (readonly [asked: string, typed: string])[] = [
    ['Passphrase (Enter for none) (what you type is not shown):', ''],
    [`Another country Number from 1 to ${String(markets.length)} (Enter for 1):`, '2'],
    ['4. Go back: Choose another country. Number from 1 to 4 (Enter for 1):', ''],
    ['6. Go back Number from 1 to 6 (Enter for 1):', '4'],
    ['4. Go back Number from 1 to 4 (Enter for 1):', '3'],
    ['Redirect URL, exactly as on the app’s page:', setting.redirectUrl],
    ['6. Go back Number from 1 to 6 (Enter for 1):', ''],
    ['5. Go back Number from 1 to 5 (Enter for 1):', '2'],
    ['Numbers to tick (1,3 or 1-7), all or none (Enter leaves them as they are):', '1-7'],
    ['App Key:', app.appKey],
    ['App Secret (what you type is not shown):', app.appSecret],
    ['Service ID:', app.serviceId],
    ['4. Go back Number from 1 to 4 (Enter for 1):', ''],
    ['4. Go back Number from 1 to 4 (Enter for 2):', ''],
    ['9. Go back Number from 1 to 9 (Enter for 1):', '6'],
  ];
  for (const [asked, typed] of lines) {
    await seat.endsWith(asked);
    seat.type(`${typed}${keys.enter}`);
  }
  expect(await seat.ended, seat.text).toBe(0);
  for (const secret of setting.simulator.secrets()) expect(seat.received).not.toContain(secret);
  return seat;
}

describe('a terminal of 40 columns', () => {
  test('shows the whole wizard, and only unbreakable text is wider', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = await wizard(setting, { columns: 40 });
    const { appSecret } = setting.simulator.app;
    const tooWide = seat.lines.filter((line) => displayWidth(line) > 40 && !whole.test(line));
    // The secret's mask has one character for each of its characters; a chosen answer follows its question.
    expect(tooWide.filter((line) => !line.startsWith('✔ '))).toEqual([]);
    expect(seat.received).not.toContain(appSecret);
    const address = seat.lines.find((line) => line.includes('/open/authorize?')) ?? '';
    expect(address).toMatch(/^http:\/\/\S+&state=[\w-]{43}$/);
    expect(seat.lines.map((line) => line.trim())).toContain('https://api.ottokit.com/tiktok_shop/connection');
  });

  test('breaks no word of a question or a refusal', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(['connect'], { columns: 40 });
    await answers(seat, setting, questionsTo('Are all seven on, and is the app published?'));
    await seat.isAsked('Are all seven on');
    expect(seat.question).toMatch(/^\? Are all seven on, and is the app\npublished\?/);
    await answers(seat, setting, aboutTheApp.slice(7, 8));
    await seat.isAsked('App Key');
    seat.type(`${setting.simulator.app.serviceId}${keys.enter}`);
    await seat.isAsked('This is your Service ID');
    expect(seat.question).toMatch(
      /✖ This is your Service ID; the App Key\nis the 13 letters and digits, beginning\nwith 6,/,
    );
  });

  test('shows what it is waiting for, the remaining time and how to leave', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = setting.openTerminal(setting.connect, { columns: 40 });
    await seat.isAsked('or paste the address');
    await seat.sees(/Waiting for TikTok Shop, 14:\d\d left \(Ctrl-C leaves, everything is kept\) \?/);
    await seat.sees(/14:5[0-8] left/);
    expect(seat.rows.filter((row) => row.startsWith('Waiting'))).toHaveLength(1);
  });
});

test('a terminal of 200 columns isn’t filled with lines too long to read', async ({ onTestFinished }) => {
  const setting = await newSetting(onTestFinished);
  const seat = await wizard(setting, { columns: 200 });
  const long = seat.rows.filter((row) => displayWidth(row) > 100 && !whole.test(row));
  expect(long).toEqual([]);
  expect(seat.rows.some((row) => /^http\S+&state=[\w-]{43}$/.test(row))).toBe(true);
});

describe('a terminal that is resized', () => {
  test('at a question shows it once, and accepts the answer', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(['connect']);
    await answers(seat, setting, questionsTo('Are all seven on, and is the app published?'));
    await seat.isAsked('Are all seven on');
    seat.type(keys.down + keys.enter);
    await seat.isAsked('Which ones are on?');
    for (const columns of [40, 61, 200, 40]) {
      await seat.resize(columns);
    }
    seat.type(`a${keys.down}`);
    await seat.isAsked('❯ ◉ 430148');
    await seat.resize(100);
    seat.type(keys.down);
    await seat.isAsked('❯ ◉ 431492');
    expect(seat.text.split('Which ones are on?')).toHaveLength(2);
    seat.type(keys.enter);
    await seat.isAsked('App Key');
    expect(seat.text).toMatch(/✔ Which ones are on\? (\d+) of \1 ticked\n\nStep 4 of 6/);
  });

  test('during the wait shows the wait once, and the typed text', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = setting.openTerminal(setting.connect);
    await seat.isAsked('or paste the address');
    await seat.sees('No browser could be opened');
    seat.type('http');
    await seat.isAsked('address http');
    for (const columns of [40, 100, 30, 70]) {
      await seat.resize(columns);
    }
    await seat.sees(/14:5[0-7] left/);
    // When it gets narrower, a terminal may leave the cursor's row where it was.
    expect(seat.rows.filter((row) => row.startsWith('Waiting')).length).toBeLessThan(3);
    await seat.isAsked('address http');
    seat.type(`://x${keys.enter}`);
    await seat.isAsked('This can’t be used');
    seat.type(keys.ctrlC);
    expect(await seat.ended).toBe(130);
    expect(seat.state).toEqual({ cursor: 'shown', pastes: 'plain' });
  });
});

describe('environment variables', () => {
  test('NO_COLOR: no color anywhere, and the same with --no-color', async ({ onTestFinished }) => {
    for (const [env, ...flags] of [[{ NO_COLOR: '1' }], [{}, '--no-color']] as const) {
      const setting = await newSetting(onTestFinished);
      const seat = await wizard(setting, { env }, ...flags);
      expect(seat.received).not.toMatch(color);
      expect(seat.text).toContain('✔ Connected');
    }
  });

  test('colors by default', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    expect((await wizard(setting, {})).received).toMatch(color);
  });

  test('CI=1: no animation, and the questions can be answered', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { CI: '1' } });
    const seat = await wizard(setting, {});
    expect(seat.received.split('Waiting for TikTok Shop')).toHaveLength(2);
  });

  test.for([['C'], ['POSIX'], ['en_US.ISO-8859-1']] as const)(
    'LANG=%s: only ASCII',
    async ([LANG], { onTestFinished }) => {
      const setting = await newSetting(onTestFinished);
      const seat = await wizard(setting, { env: { LANG } });
      expect(seat.received).not.toMatch(beyondAscii);
      expect(seat.text).toContain('[ok] Connected: "default", in TikTok Shop and in OttoKit');
      expect(seat.text).toContain('In Partner Center, click "App & Service", then "Create app & service"');
    },
  );

  test('LANG=C: a failure is in ASCII too', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { scenario: 'wrong-secret' });
    const seat = setting.openTerminal(setting.connect, { env: { LANG: 'C' } });
    expect(await seat.ended).toBe(1);
    expect(seat.received).not.toMatch(beyondAscii);
    expect(flat(seat.text)).toMatch(
      /\[x\] TikTok Shop refused the signature[^]*TikTok Shop said "[^]*-> Copy the App Secret/,
    );
  });

  test.for([['status'], ['scopes'], ['doctor', '--offline'], ['disconnect'], ['--help'], ['connect', '--help']])(
    'LANG=C: %s is in ASCII',
    async (args, { onTestFinished }) => {
      const setting = await newSetting(onTestFinished);
      const connected = setting.openTerminal(setting.connect);
      expect(await connected.ended).toBe(0);
      const seat = setting.openTerminal(args, { env: { LANG: 'C' } });
      if (args[0] === 'disconnect') {
        await seat.isAsked('?');
        seat.type(`y${keys.enter}`);
      }
      await seat.ended;
      expect(seat.text).not.toBe('');
      expect(seat.received).not.toMatch(beyondAscii);
    },
  );

  test('TERM=dumb: no escape sequences, and lines to type on', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = await plainWizard(setting, { env: { TERM: 'dumb' } });
    expect(seat.received).not.toContain(escape);
    expect(seat.received).not.toMatch(beyondAscii);
  });

  test('ACCESSIBLE=1: words instead of glyphs, and nothing is redrawn', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = await plainWizard(setting, { env: { ACCESSIBLE: '1' } });
    expect(seat.received).not.toMatch(glyphs);
    expect(seat.received).not.toMatch(/\u001b\[\d*[A-HJKf]/u);
    expect(seat.text).toContain('ok: Connected: “default”, in TikTok Shop and in OttoKit');
    expect(seat.state).toEqual({ cursor: 'shown', pastes: 'plain' });
  });
});
