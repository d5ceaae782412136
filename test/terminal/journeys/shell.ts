import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import { launcher, prompt, type TerminalJourney } from './terminal-journey.ts';

/** A shell with job control, and the settings of its terminal before the program runs. */
export async function atShell(
  journey: TerminalJourney,
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalSession> {
  const session = journey.openShell({ env });
  await session.sees(prompt);
  await runs(session, journey, 'stty -a > "$HOME/before"');
  return session;
}

/** Runs a command line to its end. */
export async function runs(session: TerminalSession, _: TerminalJourney, line: string): Promise<void> {
  const mark = `mark-${String(session.received.length)}`;
  session.type(`${line}; echo "${mark.slice(0, 2)}""${mark.slice(2)}"${keys.enter}`);
  await session.sees(new RegExp(`${mark} ${prompt}`));
}

/** The program's command line, which prints its process id for the signals sent to it. */
export const programWith = (args: readonly string[]): string => {
  const line = ['node', launcher, ...args].join(' ');
  return `sh -c 'echo "process $$."; exec ${line}'; echo "ended with $?"${keys.enter}`;
};

/** Expects this exit code, and the terminal settings from before the program ran. */
export async function isAsBefore(session: TerminalSession, journey: TerminalJourney, exitCode: number): Promise<void> {
  await session.sees(new RegExp(`ended with ${String(exitCode)} ${prompt}`));
  await hasItsSettings(session, journey);
  expect(session.state.cursor).toBe('shown');
  // The shell turns on bracketed paste while it reads a line, so the program's own request is revoked before that.
  const last = session.received.slice(0, session.received.lastIndexOf(`ended with ${String(exitCode)}`));
  expect(last.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(last.lastIndexOf('\u001b[?2004h'));
}

/** Expects that the shell, which waits for a command, has its terminal settings from before. */
export async function hasItsSettings(session: TerminalSession, journey: TerminalJourney): Promise<void> {
  await runs(session, journey, 'stty -a > "$HOME/now"');
  const [before, now] = await Promise.all(
    ['before', 'now'].map((name) => readFile(join(journey.machine.home, name), 'utf8')),
  );
  expect(before).toMatch(/ icanon [^]* echo /);
  expect(now).toBe(before);
}

export const processOf = (session: TerminalSession): number => Number(/process (\d+)\./.exec(session.text)?.[1]);
