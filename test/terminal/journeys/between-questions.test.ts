import { describe, expect, test as anyTest, vi } from 'vitest';
import { stateOf } from '../../journeys/journey.ts';
import { holdStore } from '../held-store.ts';
import { keys } from '../pty.ts';
import type { Seat } from './seat.ts';
import { newSetting, prompt, type Setting } from './setting.ts';
import { atShell, hasItsSettings, isAsBefore, processOf, programWith, runs } from './shell.ts';
import { noTerminals, skipOnWindows } from '../../tools/systems.ts';

skipOnWindows(noTerminals);

const test = anyTest.concurrent;

/** Flags after which only App Key and App Secret are asked. */
const flagsOf = ({ flags, simulator }: Setting): readonly string[] => [
  'connect',
  ...flags.filter((flag) => flag !== '--app-key' && flag !== simulator.app.appKey),
  '--yes',
];

/** Answers the first question and keeps the program from asking the next until the returned function is called. */
async function holdsBeforeNextQuestion(seat: Seat, setting: Setting): Promise<() => Promise<void>> {
  await seat.isAsked('App Key');
  const goOn = await holdStore(setting.machine.configDirectory);
  seat.type(`${setting.simulator.app.appKey}${keys.enter}`);
  await seat.sees(`✔ App Key ${setting.simulator.app.appKey}`);
  return goOn;
}

/** The program in a shell, between two of its questions. */
async function atWork(after: Parameters<typeof newSetting>[0]) {
  const setting = await newSetting(after, { env: { BROWSER: 'none' } });
  const seat = await atShell(setting);
  await runs(seat, setting, 'ulimit -c 0');
  seat.type(programWith(flagsOf(setting)));
  return { setting, seat, goOn: await holdsBeforeNextQuestion(seat, setting) };
}

/** The shell returns the terminal to the program. */
async function returnsToProgram(seat: Seat): Promise<void> {
  const from = seat.received.length;
  seat.type(`fg${keys.enter}`);
  await vi.waitFor(
    () => {
      expect(seat.received.slice(from)).toMatch(/ottokit-tiktok\.cjs[^]*\u001b\[\?2004h/);
    },
    { timeout: 25_000 },
  );
}

/** Pastes the secret while no question is open, and expects that its question receives it without showing it. */
async function pastesAhead(seat: Seat, { simulator }: Setting, goOn: () => Promise<void>): Promise<void> {
  seat.paste(`${simulator.app.appSecret}\n`);
  await goOn();
  await seat.isAsked(`App Secret ${'•'.repeat(simulator.app.appSecret.length)}`);
  expect(seat.received).not.toContain(simulator.app.appSecret);
  seat.type(keys.enter);
  await seat.isAsked('or paste the address');
  seat.type(keys.ctrlC);
}

const endings: readonly (readonly [string, (seat: Seat) => void])[] = [
  ...[1, 2].map((times) => {
    const type = (seat: Seat): void => {
      seat.type(keys.ctrlC.repeat(times));
    };
    return [times === 1 ? 'Ctrl-C' : 'Ctrl-C twice', type] as const;
  }),
  ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const kill = (seat: Seat): void => {
      process.kill(processOf(seat), signal);
    };
    return [`kill -${signal.slice(3)}`, kill] as const;
  }),
];

describe('between two questions', () => {
  test.for(endings)('%s ends the program, and the terminal is restored', async ([, end], { onTestFinished }) => {
    const { setting, seat } = await atWork(onTestFinished);
    end(seat);
    await isAsBefore(seat, setting, 130);
    expect(await stateOf(setting.machine)).toBe('connecting');
  });

  test('Ctrl-C says how to continue', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(flagsOf(setting));
    await holdsBeforeNextQuestion(seat, setting);
    seat.type(keys.ctrlC);
    expect(await seat.ended).toBe(130);
    expect(seat.text).toMatch(/Interrupted[^]*Run the same command again to continue\.$/);
    expect(seat.state).toEqual({ cursor: 'shown', pastes: 'plain' });
  });

  test('Ctrl-\\ quits at once, and the terminal is restored', async ({ onTestFinished }) => {
    const { setting, seat } = await atWork(onTestFinished);
    seat.type(keys.ctrlBackslash);
    await isAsBefore(seat, setting, 128 + 3);
  });

  test('Ctrl-Z returns to the shell, and after fg typed text isn’t shown', async ({ onTestFinished }) => {
    const { setting, seat, goOn } = await atWork(onTestFinished);
    seat.type(keys.ctrlZ);
    await seat.endsWith(prompt);
    expect(seat.text).toMatch(/Stopped/);
    await hasItsSettings(seat, setting);
    await returnsToProgram(seat);
    await pastesAhead(seat, setting, goOn);
    await hasLeft(seat, setting);
  });

  test('text typed before Ctrl-Z is still there after it', async ({ onTestFinished }) => {
    const { setting, seat, goOn } = await atWork(onTestFinished);
    seat.type(`f00dcafe${keys.ctrlZ}`);
    await seat.endsWith(prompt);
    await returnsToProgram(seat);
    await goOn();
    await seat.isAsked('App Secret ••••••••');
    expect(seat.received).not.toContain('f00d');
    seat.type(keys.ctrlC);
    await hasLeft(seat, setting);
  });

  test('after a stop signal from outside and fg, typed text isn’t shown either', async ({ onTestFinished }) => {
    const { setting, seat, goOn } = await atWork(onTestFinished);
    process.kill(processOf(seat), 'SIGSTOP');
    await seat.endsWith(prompt);
    await hasItsSettings(seat, setting);
    await returnsToProgram(seat);
    await pastesAhead(seat, setting, goOn);
    await hasLeft(seat, setting);
  });

  test('a closed terminal ends the program, and the next run continues', async ({ onTestFinished }) => {
    const setting = await newSetting(onTestFinished);
    const seat = setting.openTerminal(flagsOf(setting));
    const goOn = await holdsBeforeNextQuestion(seat, setting);
    await seat.close();
    await goOn();
    const again = setting.openTerminal(flagsOf(setting));
    await again.isAsked('App Key');
  });
});

test('a command without questions isn’t stopped in the background', async ({ onTestFinished }) => {
  const setting = await newSetting(onTestFinished);
  const seat = await atShell(setting);
  for (const [command, code] of [
    ['status', '0'],
    ['scopes', '0'],
    // 128 + SIGTTOU, the signal for setting the terminal from the background.
    ['connect', '150'],
  ] as const) {
    const line = programWith([command]).replace(/; echo "ended[^]*/, '');
    await runs(seat, setting, `${line} & wait $!; echo "${command} waited" "for: $?"`);
    await seat.sees(`${command} waited for: ${code}`);
  }
});

/** The interrupted program has returned the terminal to the shell. */
async function hasLeft(seat: Seat, setting: Setting): Promise<void> {
  await seat.endsWith(`Run the same command again to continue. ${prompt}`);
  await hasItsSettings(seat, setting);
}
