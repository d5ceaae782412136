import { describe, expect, test as baseTest } from 'vitest';
import { connectedJourney, stateOf } from '../../journeys/journey.ts';
import { keys } from '../pty.ts';
import { setupQuestions, finishQuestions, answerAll, finishWith, questionsBefore } from './questions.ts';
import { TerminalSession } from './terminal-session.ts';
import { launcher, newJourney, terminalEnv, type TerminalJourney } from './terminal-journey.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;
const restored = { cursor: 'shown', pastes: 'plain' };

/** Leaves with Ctrl-C, and expects the terminal to be restored. */
async function leaves(session: TerminalSession): Promise<void> {
  session.type(keys.ctrlC);
  expect(await session.ended, session.text).toBe(130);
  expect(session.text).toMatch(/Interrupted[^]*Run the same command again to continue\.$/);
  expect(session.state).toEqual(restored);
}

/** The rows of the questions that were answered in this run. */
const answered = (session: TerminalSession): readonly string[] =>
  session.rows.filter((row) => /^✔ (?!Step|TikTok Shop|“default” is)/u.test(row));

/** A resumed run shows the resume screen before the question at which the last run ended. */
const resumed = { asked: 'Continue where you left off?', typed: () => keys.enter };

describe('Ctrl-C', () => {
  test('at any question loses nothing: the next run continues in the same step and asks for no value twice', async ({
    onTestFinished,
  }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    /** For each run, the first question that it answers, and the question at which it ends. */
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
      const place = setupQuestions.findIndex(({ asked }) => asked.startsWith(text));
      return place === -1 ? setupQuestions.length : place;
    };
    for (const [from, to] of turns) {
      const session = journey.openTerminal(['connect']);
      const hasResumeScreen = placeOf(from) > placeOf('Do you have') && !from.startsWith('Sign in');
      const questions = setupQuestions.slice(placeOf(from), placeOf(to));
      await answerAll(session, journey, [...(hasResumeScreen ? [resumed] : []), ...questions]);
      await session.waitForQuestion(to);
      await leaves(session);
    }
    expect(await stateOf(journey.machine)).toBe('connecting');
    const session = journey.openTerminal(['connect'], { env: { BROWSER: journey.browser } });
    await answerAll(session, journey, setupQuestions.slice(-1));
    await session.waitForQuestion('Have you changed it?');
    await leaves(session);
    expect(await stateOf(journey.machine)).toBe('connected');
  });

  test('in OttoKit’s steps leaves a working connection', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const first = journey.openTerminal(['connect']);
    await answerAll(first, journey, [...setupQuestions, ...finishQuestions.slice(0, 1)]);
    await first.waitForQuestion('Finish in OttoKit');
    await leaves(first);
    const session = journey.openTerminal(['connect']);
    await session.waitForQuestion('What would you like to do?');
    await session.waitForQuestion('❯ Finish in OttoKit (recommended)');
    session.type(keys.enter);
    await answerAll(session, journey, finishQuestions.slice(1));
    expect(await session.ended, session.text).toBe(0);
    expect(session.text).not.toContain('Have you changed it?');
    expect(journey.simulator.issued.accessTokens).toHaveLength(1);
  });

  test.for([
    ['shop-2', 'default', ''],
    ['default', 'shop-2', ' --profile shop-2'],
  ])(
    'during the setup of another shop, started from “%s”, says how to continue that setup',
    async ([first = '', other = '', flag = ''], { onTestFinished }) => {
      const journey = await newJourney(onTestFinished);
      const connected = journey.openTerminal([...journey.connect, '--profile', first]);
      expect(await connected.ended, connected.text).toBe(0);
      const session = journey.openTerminal(['connect', '--profile', first]);
      await session.waitForQuestion('❯ Finish in OttoKit (recommended)');
      session.type(keys.down.repeat(2) + keys.enter);
      await session.waitForQuestion('A name for the other shop');
      session.type(other + keys.enter);
      await session.waitForQuestion('Where is your shop?');
      session.type(keys.ctrlC);
      expect(await session.ended, session.text).toBe(130);
      expect(session.text).toMatch(new RegExp(`→ Run \`ottokit-tiktok connect${flag}\` to continue\\.$`));
    },
  );

  test('before the first answer leaves nothing behind', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect']);
    await session.waitForQuestion('Passphrase');
    await leaves(session);
    expect(await stateOf(journey.machine)).toBe('none');
  });
});

/** A question off the main path, with how to get there and the first question of the next run. */
interface Byway {
  readonly asked: string;
  readonly then: string;
  readonly go: (session: TerminalSession, journey: TerminalJourney) => Promise<void>;
}

const byways: Readonly<Record<string, Byway>> = {
  'the second question for the passphrase': {
    asked: 'Enter the passphrase again',
    then: 'Passphrase (Enter for none)',
    go: async (session) => {
      await session.waitForQuestion('Passphrase');
      session.type(`horse${keys.enter}`);
    },
  },
  'the registration help': {
    asked: 'How is it going?',
    then: 'Do you have a Partner Center account',
    go: withoutAccount,
  },
  'the question about using an unusual value': {
    asked: 'Use it anyway?',
    then: 'Continue where you left off?',
    go: async (session, journey) => {
      await answerAll(session, journey, questionsBefore('App Key'));
      await session.waitForQuestion('App Key');
      session.type(`unusual${keys.enter}`);
    },
  },
  'the question about entering the App Key again': {
    asked: 'Enter the App Key again',
    then: 'Continue where you left off?',
    go: async (session, journey) => {
      journey.simulator.setScenario('wrong-app-key');
      await answerAll(session, journey, setupQuestions.slice(0, -1));
    },
  },
  'the question about authorizing again': {
    asked: 'Open the page again',
    then: 'Sign in as the shop’s owner',
    go: async (session, journey) => {
      journey.simulator.setScenario('deny');
      await answerAll(session, journey, setupQuestions);
    },
  },
  'the question about what TikTok Shop shows': {
    asked: 'What does TikTok Shop show?',
    then: 'Sign in as the shop’s owner',
    go: async (session, journey) => {
      await answerAll(session, journey, setupQuestions.slice(0, -1));
      await session.waitForQuestion('Sign in as');
      journey.simulator.setScenario('draft-app');
      session.type(keys.enter);
      await session.waitForQuestion('or paste the address');
      session.type(keys.enter);
    },
  },
  'the menu while the secret is on the clipboard': {
    asked: '❯ Copy the Service ID',
    then: 'What would you like to do?',
    go: async (session, journey) => {
      await answerAll(session, journey, [...setupQuestions, ...finishQuestions.slice(0, 1)]);
      await finishWith(session, 'app-secret');
    },
  },
};

test.for(Object.entries(byways))(
  'after Ctrl-C at %s, the next run continues',
  async ([, byway], { onTestFinished }) => {
    const { asked, then, go } = byway;
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect']);
    await go(session, journey);
    await session.waitForQuestion(asked);
    await leaves(session);
    const again = journey.openTerminal(['connect']);
    await again.waitForQuestion(then);
    expect(answered(again)).toEqual([]);
    await leaves(again);
  },
);

describe('the wait for the browser', () => {
  test('can be left with Ctrl-C, and the next run finishes the connection', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    const session = journey.openTerminal(journey.connect);
    await session.waitForQuestion('or paste the address');
    await leaves(session);
    const again = journey.openTerminal(['connect', '--yes'], { env: { BROWSER: journey.browser } });
    expect(await again.ended, again.text).toBe(0);
  });

  test('can be left by pressing Ctrl-C several times', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished, { env: { BROWSER: 'none' } });
    const session = journey.openTerminal(journey.connect);
    await session.waitForQuestion('or paste the address');
    session.type(keys.ctrlC.repeat(3));
    expect(await session.ended).toBe(130);
    expect(session.state).toEqual(restored);
    expect(await stateOf(journey.machine)).toBe('connecting');
  });
});

test('a second Ctrl-C during a refresh shows its message without breaking words', async ({ onTestFinished }) => {
  const { machine, shop } = await connectedJourney(onTestFinished, { accessTokenLifetime: 300, rotates: true });
  const held = shop.hold('/api/v2/token/refresh');
  const command = [process.execPath, launcher, 'token'];
  const session = new TerminalSession(command, terminalEnv(machine, shop.origin), onTestFinished, { columns: 80 });
  await held.arrived;
  session.type(keys.ctrlC);
  await session.sees('Waiting up to 15 seconds for TikTok Shop’s answer');
  session.type(keys.ctrlC);
  expect(await session.ended, session.text).toBe(130);
  held.release();
  expect(session.rows.slice(-2)).toEqual([
    '→ Run the same command again. If TikTok Shop refuses it, run `ottokit-tiktok',
    'connect --reauthorize`.',
  ]);
});

describe('closing the terminal', () => {
  test.for([
    ['at a question', 'Are all seven on, and is the app published?'],
    ['at the App Secret', 'App Secret'],
  ] as const)('%s ends the program, and the next run continues', async ([, asked], { onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(['connect']);
    await answerAll(session, journey, questionsBefore(asked));
    await session.waitForQuestion(asked);
    await session.close();
    const again = journey.openTerminal(['connect']);
    await answerAll(again, journey, [resumed]);
    await again.waitForQuestion(asked);
    await leaves(again);
    expect(await stateOf(journey.machine)).toBe('connecting');
  });

  test('during the wait ends the program, and the port is free for the next run', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(journey.connect, { env: { BROWSER: 'none' } });
    await session.waitForQuestion('or paste the address');
    await session.close();
    const again = journey.openTerminal(['connect', '--yes']);
    expect(await again.ended, again.text).toBe(0);
    expect(await stateOf(journey.machine)).toBe('connected');
  });
});

async function withoutAccount(session: TerminalSession, journey: TerminalJourney): Promise<void> {
  await answerAll(session, journey, questionsBefore('Do you have a Partner Center account'));
  await session.waitForQuestion('Do you have a Partner Center account');
  session.type(keys.down + keys.enter);
}
