import { describe, expect, test as anyTest } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { aboutTheApp, afterwards, answers, finishWith, questionsTo } from './questions.ts';
import type { Seat } from './seat.ts';
import { newSetting, type Setting } from './setting.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;
const restored = { cursor: 'shown', pastes: 'plain' };

/** Leaves with Ctrl-C, and expects the terminal to be restored. */
async function leaves(seat: Seat): Promise<void> {
  seat.type(keys.ctrlC);
  expect(await seat.ended, seat.text).toBe(130);
  expect(seat.text).toMatch(/Interrupted[^]*Run the same command again to continue\.$/);
  expect(seat.state).toEqual(restored);
}

/** The answers in this run. */
const answered = (seat: Seat): readonly string[] =>
  seat.rows.filter((row) => /^✔ (?!Step|TikTok Shop|“default” is)/u.test(row));

/** A resumed run stops at the resume screen before the question at which the last run ended. */
const resumed = { asked: 'Continue where you left off?', typed: () => keys.enter };

describe('Ctrl-C at every question', () => {
  test('loses nothing: the next run continues in the same step and asks for no value twice', async ({
    onTestFinished,
  }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    /** Each run: its answers, and the question at which it ends. */
    const turns: readonly (readonly [from: string, to: string])[] = [
      ['Passphrase', 'Where is your shop?'],
      ['Where is your shop?', 'Do you have a Partner Center account'],
      ['Do you have a Partner Center account', 'Is the app ready'],
      ['Is the app ready', 'Are all seven on'],
      ['Are all seven on', 'App Key'],
      ['App Key', 'App Secret'],
      ['App Secret', 'Service ID'],
      ['Service ID', 'Sign in as the shop’s owner'],
      ['Sign in as the shop’s owner', 'or paste the address'],
    ];
    const placeOf = (text: string): number => {
      const place = aboutTheApp.findIndex(({ asked }) => asked.startsWith(text));
      return place === -1 ? aboutTheApp.length : place;
    };
    for (const [from, to] of turns) {
      const seat = setting.openTerminal(['connect']);
      const hasResumeScreen = placeOf(from) > placeOf('Do you have') && !from.startsWith('Sign in');
      const questions = aboutTheApp.slice(placeOf(from), placeOf(to));
      await answers(seat, setting, [...(hasResumeScreen ? [resumed] : []), ...questions]);
      await seat.isAsked(to);
      await leaves(seat);
    }
    expect(await stateOf(setting.machine)).toBe('connecting');
    const seat = setting.openTerminal(['connect'], { env: { BROWSER: setting.browser } });
    await answers(seat, setting, aboutTheApp.slice(-1));
    await seat.isAsked('Is it OttoKit’s again?');
    await leaves(seat);
    expect(await stateOf(setting.machine)).toBe('connected');
  });

  test('in OttoKit’s steps leaves a working connection', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const first = setting.openTerminal(['connect']);
    await answers(first, setting, [...aboutTheApp, ...afterwards.slice(0, 1)]);
    await first.isAsked('Finish in OttoKit');
    await leaves(first);
    const seat = setting.openTerminal(['connect']);
    await seat.isAsked('What would you like to do?');
    await seat.isAsked('❯ Finish in OttoKit (recommended)');
    seat.type(keys.enter);
    await answers(seat, setting, afterwards.slice(1));
    expect(await seat.ended, seat.text).toBe(0);
    expect(seat.text).not.toContain('Is it OttoKit’s again?');
    expect(setting.simulator.issued.accessTokens).toHaveLength(1);
  });

  test.for([
    ['shop-2', 'default', ''],
    ['default', 'shop-2', ' --profile shop-2'],
  ])(
    'in the setup of another shop, begun from “%s”, says how to continue that one',
    async ([first = '', other = '', flag = ''], { onTestFinished }) => {
      const setting = await newSetting(onTestFinished);
      const connected = setting.openTerminal([...setting.connect, '--profile', first]);
      expect(await connected.ended, connected.text).toBe(0);
      const seat = setting.openTerminal(['connect', '--profile', first]);
      await seat.isAsked('❯ Finish in OttoKit (recommended)');
      seat.type(keys.down.repeat(2) + keys.enter);
      await seat.isAsked('A name for the other shop');
      seat.type(other + keys.enter);
      await seat.isAsked('Where is your shop?');
      seat.type(keys.ctrlC);
      expect(await seat.ended, seat.text).toBe(130);
      expect(seat.text).toMatch(new RegExp(`→ Run \`ottokit-tiktok connect${flag}\` to continue\\.$`));
    },
  );

  test('before the first answer leaves nothing behind', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(['connect']);
    await seat.isAsked('Passphrase');
    await leaves(seat);
    expect(await stateOf(setting.machine)).toBe('none');
  });
});

/** Questions off the main path, each with the way to it and the next run's first question. */
const byways: readonly {
  what: string;
  asked: string;
  then: string;
  go: (seat: Seat, setting: Setting) => Promise<void>;
}[] = [
  {
    what: 'the passphrase again',
    asked: 'The same passphrase again',
    then: 'Passphrase (Enter for none)',
    go: async (seat) => {
      await seat.isAsked('Passphrase');
      seat.type(`horse${keys.enter}`);
    },
  },
  {
    what: 'the registration help',
    asked: 'How is it going?',
    then: 'Do you have a Partner Center account',
    go: withoutAccount,
  },
  {
    what: 'whether to use an unusual value',
    asked: 'Use it anyway?',
    then: 'Continue where you left off?',
    go: async (seat, setting) => {
      await answers(seat, setting, questionsTo('App Key'));
      await seat.isAsked('App Key');
      seat.type(`unusual${keys.enter}`);
    },
  },
  {
    what: 'whether to enter the App Key again',
    asked: 'Enter the App Key again',
    then: 'Continue where you left off?',
    go: async (seat, setting) => {
      setting.simulator.setScenario('wrong-app-key');
      await answers(seat, setting, aboutTheApp.slice(0, -1));
    },
  },
  {
    what: 'whether to authorize again',
    asked: 'Open the page again',
    then: 'Sign in as the shop’s owner',
    go: async (seat, setting) => {
      setting.simulator.setScenario('deny');
      await answers(seat, setting, aboutTheApp);
    },
  },
  {
    what: 'what TikTok Shop shows',
    asked: 'What does TikTok Shop show?',
    then: 'Sign in as the shop’s owner',
    go: async (seat, setting) => {
      await answers(seat, setting, aboutTheApp.slice(0, -1));
      await seat.isAsked('Sign in as');
      setting.simulator.setScenario('draft-app');
      seat.type(keys.enter);
      await seat.isAsked('or paste the address');
      seat.type(keys.enter);
    },
  },
  {
    what: 'the menu while the secret is on the clipboard',
    asked: '❯ Copy the Service ID',
    then: 'What would you like to do?',
    go: async (seat, setting) => {
      await answers(seat, setting, [...aboutTheApp, ...afterwards.slice(0, 1)]);
      await finishWith(seat, 'app-secret');
    },
  },
];

test.for(byways)('after Ctrl-C at $what, the next run continues', async ({ asked, then, go }, { onTestFinished }) => {
  const setting = await newSetting(onTestFinished);
  const seat = setting.openTerminal(['connect']);
  await go(seat, setting);
  await seat.isAsked(asked);
  await leaves(seat);
  const again = setting.openTerminal(['connect']);
  await again.isAsked(then);
  expect(answered(again)).toEqual([]);
  await leaves(again);
});

describe('the wait for the browser', () => {
  test('can be left with Ctrl-C, and the next run waits again', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = setting.openTerminal(setting.connect);
    await seat.isAsked('or paste the address');
    await leaves(seat);
    const again = setting.openTerminal(['connect', '--yes'], { env: { BROWSER: setting.browser } });
    expect(await again.ended, again.text).toBe(0);
  });

  test('can be left with a second Ctrl-C while it ends', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = setting.openTerminal(setting.connect);
    await seat.isAsked('or paste the address');
    seat.type(keys.ctrlC.repeat(3));
    expect(await seat.ended).toBe(130);
    expect(seat.state).toEqual(restored);
    expect(await stateOf(setting.machine)).toBe('connecting');
  });
});

describe('a closed terminal', () => {
  test.for([
    ['at a question', 'Are all seven on, and is the app published?'],
    ['at the App Secret', 'App Secret'],
  ] as const)('%s ends the program, and the next run continues', async ([, asked], { onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(['connect']);
    await answers(seat, setting, questionsTo(asked));
    await seat.isAsked(asked);
    await seat.close();
    const again = setting.openTerminal(['connect']);
    await answers(again, setting, [resumed]);
    await again.isAsked(asked);
    await leaves(again);
    expect(await stateOf(setting.machine)).toBe('connecting');
  });

  test('during the wait ends the program, and the port is free for the next run', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(setting.connect, { env: { BROWSER: 'none' } });
    await seat.isAsked('or paste the address');
    await seat.close();
    const again = setting.openTerminal(['connect', '--yes']);
    expect(await again.ended, again.text).toBe(0);
    expect(await stateOf(setting.machine)).toBe('connected');
  });
});

async function withoutAccount(seat: Seat, setting: Setting): Promise<void> {
  await answers(seat, setting, questionsTo('Do you have a Partner Center account'));
  await seat.isAsked('Do you have a Partner Center account');
  seat.type(keys.down + keys.enter);
}
