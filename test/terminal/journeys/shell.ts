import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { keys } from '../pty.ts';
import type { Seat } from './seat.ts';
import { launcher, prompt, type Setting } from './setting.ts';

/** A shell with job control, and the settings of its terminal before the program runs. */
export async function atShell(setting: Setting, env: Readonly<Record<string, string>> = {}): Promise<Seat> {
  const seat = setting.openShell({ env });
  await seat.sees(prompt);
  await runs(seat, setting, 'stty -a > "$HOME/before"');
  return seat;
}

/** Runs a command line to its end. */
export async function runs(seat: Seat, _: Setting, line: string): Promise<void> {
  const mark = `mark-${String(seat.received.length)}`;
  seat.type(`${line}; echo "${mark.slice(0, 2)}""${mark.slice(2)}"${keys.enter}`);
  await seat.sees(new RegExp(`${mark} ${prompt}`));
}

/** The program's command line, which prints its process id for the signals sent to it. */
export const programWith = (args: readonly string[]): string => {
  const line = ['node', launcher, ...args].join(' ');
  return `sh -c 'echo "process $$."; exec ${line}'; echo "ended with $?"${keys.enter}`;
};

/** Expects this exit code, and the terminal settings from before the program ran. */
export async function isAsBefore(seat: Seat, setting: Setting, exitCode: number): Promise<void> {
  await seat.sees(new RegExp(`ended with ${String(exitCode)} ${prompt}`));
  await hasItsSettings(seat, setting);
  expect(seat.state.cursor).toBe('shown');
  // The shell turns on bracketed paste while it reads a line, so the program's own request is revoked before that.
  const last = seat.received.slice(0, seat.received.lastIndexOf(`ended with ${String(exitCode)}`));
  expect(last.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(last.lastIndexOf('\u001b[?2004h'));
}

/** Expects that the shell, which waits for a command, has its terminal settings from before. */
export async function hasItsSettings(seat: Seat, setting: Setting): Promise<void> {
  await runs(seat, setting, 'stty -a > "$HOME/now"');
  const [before, now] = await Promise.all(
    ['before', 'now'].map((name) => readFile(join(setting.machine.home, name), 'utf8')),
  );
  expect(before).toMatch(/ icanon [^]* echo /);
  expect(now).toBe(before);
}

export const processOf = (seat: Seat): number => Number(/process (\d+)\./.exec(seat.text)?.[1]);
