import { describe, expect, test as anyTest } from 'vitest';
import { stateOf } from '../../journeys/setting.ts';
import { keys } from '../pty.ts';
import { aboutTheApp, afterwards, answers, enterSecretAnd, questionsTo, type Answered } from './questions.ts';
import type { Seat } from './seat.ts';
import { newSetting, type Setting } from './setting.ts';

const test = anyTest.concurrent;
const restored = { cursor: 'shown', pastes: 'plain' };

/** Leaves by Ctrl-C, and expects the terminal as a shell wants it. */
async function leaves(seat: Seat): Promise<void> {
  seat.type(keys.ctrlC);
  expect(await seat.ended, seat.text).toBe(130);
  expect(seat.text).toMatch(/Interrupted[^]*Run the same command again to continue\.$/);
  expect(seat.state).toEqual(restored);
}

/** What was answered in this run. */
const answered = (seat: Seat): readonly string[] =>
  seat.rows.filter((row) => /^✔ (?!\d\/7|App Key recog|Approved|The profile)/u.test(row));

describe('Ctrl-C at every question', () => {
  test('loses nothing: the next run asks the same question first, and none twice', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    // The first half of a question in two parts answers nothing alone.
    const turns = aboutTheApp.filter(({ asked }) => !asked.startsWith('Which Redirect URL'));
    for (const [place, turn] of turns.entries()) {
      const seat = setting.sits(['connect']);
      await answersTurn(seat, setting, turn);
      expect(answered(seat).length, seat.text).toBeLessThan(3);
      await seat.isAsked(
        turns[place + 1]?.asked.replace(/^Redirect URL, exactly.*/, 'Which Redirect URL') ?? 'Or paste',
      );
      await leaves(seat);
    }
    expect(await stateOf(setting.machine)).toBe('connecting');
    const seat = setting.sits(['connect'], { env: { BROWSER: setting.browser } });
    await seat.isAsked('Is the app’s Redirect URL OttoKit’s again?');
    expect(answered(seat)).toEqual([]);
    await leaves(seat);
    expect(await stateOf(setting.machine)).toBe('connected');
  });

  test('in OttoKit’s steps leaves a working connection', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const first = setting.sits(['connect']);
    await answers(first, setting, [...aboutTheApp, ...afterwards.slice(0, 1)]);
    await first.isAsked('Open OttoKit now?');
    await leaves(first);
    // It is set back, and that is not asked again.
    for (const place of [2, 3, 4, 5]) {
      const seat = setting.sits(['connect']);
      await answers(seat, setting, afterwards.slice(1, place));
      await seat.isAsked(afterwards[place]?.asked ?? '');
      await leaves(seat);
      expect(seat.text).not.toContain('Is the app’s Redirect URL OttoKit’s again?');
    }
    const last = setting.sits(['connect']);
    await answers(last, setting, afterwards.slice(1));
    expect(await last.ended).toBe(0);
    expect(setting.simulator.issued.accessTokens).toHaveLength(1);
  });

  test('before anything was answered leaves nothing behind', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.sits(['connect']);
    await seat.isAsked('Passphrase');
    await leaves(seat);
    expect(await stateOf(setting.machine)).toBe('none');
  });
});

/** Questions on a side path, each with the way to it, and what the next run asks first. */
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
    what: 'whether to open the Partner Center',
    asked: 'Open the Partner Center now?',
    then: 'Is there a Partner Center account',
    go: withoutAccount,
  },
  {
    what: 'how registering went',
    asked: 'How did it go?',
    then: 'Is there a Partner Center account',
    go: async (seat, setting) => {
      await withoutAccount(seat, setting);
      await seat.isAsked('Open the Partner Center now?');
      seat.type(`n${keys.enter}`);
    },
  },
  {
    what: 'whether an unusual value is used',
    asked: 'Use it all the same?',
    then: 'App Key',
    go: async (seat, setting) => {
      await answers(seat, setting, questionsTo('App Key'));
      await seat.isAsked('App Key');
      seat.type(`unusual${keys.enter}`);
    },
  },
  {
    what: 'whether the App Key is entered again',
    asked: 'Enter the App Key again?',
    then: 'Enter the App Key again?',
    go: async (seat, setting) => {
      setting.simulator.setScenario('wrong-app-key');
      await answers(seat, setting, aboutTheApp);
    },
  },
  {
    what: 'whether to authorize again',
    asked: 'Open the authorization page again?',
    then: 'Open the authorization page again?',
    go: async (seat, setting) => {
      setting.simulator.setScenario('deny');
      await answers(seat, setting, aboutTheApp);
    },
  },
  {
    what: 'whether the secret is entered',
    asked: 'Entered? (No asks again how you would like it)',
    then: 'Open OttoKit now?',
    go: async (seat, setting) => {
      await answers(seat, setting, [...aboutTheApp, ...afterwards.slice(0, 3)]);
      await enterSecretAnd(seat, 'copy');
    },
  },
];

test.for(byways)(
  'Ctrl-C at $what leaves, and the next run goes on',
  async ({ asked, then, go }, { onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.sits(['connect']);
    await go(seat, setting);
    await seat.isAsked(asked);
    await leaves(seat);
    const again = setting.sits(['connect']);
    await again.isAsked(then);
    expect(answered(again)).toEqual([]);
    await leaves(again);
  },
);

describe('the wait for the browser', () => {
  test('is left by Ctrl-C, and the next run waits again', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = setting.sits(setting.connect);
    await seat.isAsked('Or paste the address');
    await leaves(seat);
    const again = setting.sits(['connect', '--yes'], { env: { BROWSER: setting.browser } });
    expect(await again.ended, again.text).toBe(0);
  });

  test('is left by a second Ctrl-C while it ends', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished, { env: { BROWSER: 'none' } });
    const seat = setting.sits(setting.connect);
    await seat.isAsked('Or paste the address');
    seat.type(keys.ctrlC.repeat(3));
    expect(await seat.ended).toBe(130);
    expect(seat.state).toEqual(restored);
    expect(await stateOf(setting.machine)).toBe('connecting');
  });
});

describe('a terminal that is closed', () => {
  test.for([
    ['at a question', 'Which of them are on?'],
    ['at the App Secret', 'App Secret'],
  ] as const)('%s ends the program, and the next run goes on', async ([, asked], { onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.sits(['connect']);
    await answers(seat, setting, questionsTo(asked));
    await seat.isAsked(asked);
    await seat.close();
    const again = setting.sits(['connect']);
    await again.isAsked(asked);
    expect(answered(again)).toEqual([]);
    await leaves(again);
    expect(await stateOf(setting.machine)).toBe('connecting');
  });

  test('during the wait ends the program, and the port is free for the next run', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.sits(setting.connect, { env: { BROWSER: 'none' } });
    await seat.isAsked('Or paste the address');
    await seat.close();
    const again = setting.sits(['connect', '--yes']);
    expect(await again.ended, again.text).toBe(0);
    expect(await stateOf(setting.machine)).toBe('connected');
  });
});

/** Answers this question, with its first half where it has two. */
async function answersTurn(seat: Seat, setting: Setting, turn: Answered): Promise<void> {
  const place = aboutTheApp.indexOf(turn);
  const before = aboutTheApp[place - 1];
  const whole = before?.asked.startsWith('Which Redirect URL') === true ? [before, turn] : [turn];
  await answers(seat, setting, whole);
}

async function withoutAccount(seat: Seat, setting: Setting): Promise<void> {
  await answers(seat, setting, questionsTo('Is there a Partner Center account'));
  await seat.isAsked('Is there a Partner Center account');
  seat.type(keys.down + keys.enter);
}
