import { describe, expect, test as baseTest, vi } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { holdStore } from '../held-store.ts';
import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import { newJourney, prompt, type TerminalJourney } from './terminal-journey.ts';
import { atShell, hasItsSettings, isAsBefore, processOf, programWith, runs } from './shell.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = baseTest.concurrent;

/** Arguments that leave only the App Key and the App Secret to ask for. */
const flagsOf = ({ flags, simulator }: TerminalJourney): readonly string[] => [
  'connect',
  ...flags.filter((flag) => flag !== '--app-key' && flag !== simulator.app.appKey),
  '--yes',
];

/** Answers the first question and keeps the program from asking the next until the returned function is called. */
async function holdsBeforeNextQuestion(
  session: TerminalSession,
  journey: TerminalJourney,
): Promise<() => Promise<void>> {
  await session.waitForQuestion('App Key');
  const goOn = await holdStore(journey.machine.configDirectory);
  session.type(`${journey.simulator.app.appKey}${keys.enter}`);
  await session.sees(`✔ App Key ${journey.simulator.app.appKey}`);
  return goOn;
}

/** Runs the program in a shell until it is between two questions. */
async function atWork(after: Parameters<typeof newJourney>[0]) {
  const journey = await newJourney(after, { env: { BROWSER: 'none' } });
  const session = await atShell(journey);
  await runs(session, journey, 'ulimit -c 0');
  session.type(programWith(flagsOf(journey)));
  return { journey, session, goOn: await holdsBeforeNextQuestion(session, journey) };
}

/** Continues the program with `fg`, and waits until it has taken over the terminal again. */
async function returnsToProgram(session: TerminalSession): Promise<void> {
  const from = session.received.length;
  session.type(`fg${keys.enter}`);
  await vi.waitFor(
    () => {
      expect(session.received.slice(from)).toMatch(/ottokit-tiktok\.cjs[^]*\u001b\[\?2004h/);
    },
    { timeout: 25_000 },
  );
}

/** Pastes the secret while no question is open, and expects that its question receives it without showing it. */
async function pastesAhead(
  session: TerminalSession,
  { simulator }: TerminalJourney,
  goOn: () => Promise<void>,
): Promise<void> {
  session.paste(`${simulator.app.appSecret}\n`);
  await goOn();
  await session.waitForQuestion(`App Secret ${'•'.repeat(simulator.app.appSecret.length)}`);
  expect(session.received).not.toContain(simulator.app.appSecret);
  session.type(keys.enter);
  await session.waitForQuestion('or paste the address');
  session.type(keys.ctrlC);
}

const endings: readonly (readonly [string, (session: TerminalSession) => void])[] = [
  ...[1, 2].map((times) => {
    const type = (session: TerminalSession): void => {
      session.type(keys.ctrlC.repeat(times));
    };
    return [times === 1 ? 'Ctrl-C' : 'Ctrl-C twice', type] as const;
  }),
  ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const kill = (session: TerminalSession): void => {
      process.kill(processOf(session), signal);
    };
    return [`kill -${signal.slice(3)}`, kill] as const;
  }),
];

describe('between two questions', () => {
  test.for(endings)('%s ends the program, and the terminal is restored', async ([, end], { onTestFinished }) => {
    const { journey, session } = await atWork(onTestFinished);
    end(session);
    await isAsBefore(session, journey, 130);
    expect(await stateOf(journey.machine)).toBe('connecting');
  });

  test('after Ctrl-C, the program says how to continue', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(flagsOf(journey));
    await holdsBeforeNextQuestion(session, journey);
    session.type(keys.ctrlC);
    expect(await session.ended).toBe(130);
    expect(session.text).toMatch(/Interrupted[^]*Run the same command again to continue\.$/);
    expect(session.state).toEqual({ cursor: 'shown', pastes: 'plain' });
  });

  test('Ctrl-\\ quits at once, and the terminal is restored', async ({ onTestFinished }) => {
    const { journey, session } = await atWork(onTestFinished);
    session.type(keys.ctrlBackslash);
    await isAsBefore(session, journey, 128 + 3);
  });

  test('Ctrl-Z returns to the shell, and after fg, pasted text still isn’t shown', async ({ onTestFinished }) => {
    const { journey, session, goOn } = await atWork(onTestFinished);
    session.type(keys.ctrlZ);
    await session.endsWith(prompt);
    expect(session.text).toMatch(/Stopped/);
    await hasItsSettings(session, journey);
    await returnsToProgram(session);
    await pastesAhead(session, journey, goOn);
    await hasLeft(session, journey);
  });

  test('text typed before Ctrl-Z goes to the next question after fg', async ({ onTestFinished }) => {
    const { journey, session, goOn } = await atWork(onTestFinished);
    session.type(`f00dcafe${keys.ctrlZ}`);
    await session.endsWith(prompt);
    await returnsToProgram(session);
    await goOn();
    await session.waitForQuestion('App Secret ••••••••');
    expect(session.received).not.toContain('f00d');
    session.type(keys.ctrlC);
    await hasLeft(session, journey);
  });

  test('after SIGSTOP and fg, pasted text isn’t shown either', async ({ onTestFinished }) => {
    const { journey, session, goOn } = await atWork(onTestFinished);
    process.kill(processOf(session), 'SIGSTOP');
    await session.endsWith(prompt);
    await hasItsSettings(session, journey);
    await returnsToProgram(session);
    await pastesAhead(session, journey, goOn);
    await hasLeft(session, journey);
  });

  test('closing the terminal ends the program, and the next run continues', async ({ onTestFinished }) => {
    const journey = await newJourney(onTestFinished);
    const session = journey.openTerminal(flagsOf(journey));
    const goOn = await holdsBeforeNextQuestion(session, journey);
    await session.close();
    await goOn();
    const again = journey.openTerminal(flagsOf(journey));
    await again.waitForQuestion('App Key');
  });
});

test('in the background, only a command that asks questions is stopped', async ({ onTestFinished }) => {
  const journey = await newJourney(onTestFinished);
  const session = await atShell(journey);
  for (const [command, code] of [
    ['status', '0'],
    ['scopes', '0'],
    // 128 + SIGTTOU (22), which stops a background process that changes the terminal's mode.
    ['connect', '150'],
  ] as const) {
    const line = programWith([command]).replace(/; echo "ended[^]*/, '');
    await runs(session, journey, `${line} & wait $!; echo "${command} waited" "for: $?"`);
    await session.sees(`${command} waited for: ${code}`);
  }
});

/** Expects that the interrupted program has returned the terminal to the shell. */
async function hasLeft(session: TerminalSession, journey: TerminalJourney): Promise<void> {
  await session.endsWith(`Run the same command again to continue. ${prompt}`);
  await hasItsSettings(session, journey);
}
