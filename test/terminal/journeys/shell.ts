import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { keys } from '../pty.ts';
import type { TerminalSession } from './terminal-session.ts';
import { launcher, prompt, type TerminalJourney } from './terminal-journey.ts';

/** Opens a shell with job control, and saves its terminal's settings for `hasItsSettings`. */
export async function atShell(
  journey: TerminalJourney,
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalSession> {
  const session = journey.openShell({ env });
  await session.sees(prompt);
  await runs(session, journey, 'stty -a > "$HOME/before"');
  return session;
}

/** Runs a command line in the shell, and waits until it ends. */
export async function runs(session: TerminalSession, _: TerminalJourney, line: string): Promise<void> {
  const mark = `mark-${String(session.received.length)}`;
  session.type(`${line}; echo "${mark.slice(0, 2)}""${mark.slice(2)}"${keys.enter}`);
  await session.sees(new RegExp(`${mark} ${prompt}`));
}

/** A command line that prints the program's process ID, runs the program, and prints its exit code. Ends with Enter. */
export const programWith = (args: readonly string[]): string => {
  const line = ['node', launcher, ...args].join(' ');
  return `sh -c 'echo "process $$."; exec ${line}'; echo "ended with $?"${keys.enter}`;
};

/** Expects this exit code, and the terminal settings from before the program ran. */
export async function isAsBefore(session: TerminalSession, journey: TerminalJourney, exitCode: number): Promise<void> {
  await session.sees(new RegExp(`ended with ${String(exitCode)} ${prompt}`));
  await hasItsSettings(session, journey);
  expect(session.state.cursor).toBe('shown');
  // The shell turns bracketed paste on again at its prompt, so only the output before the prompt counts.
  const last = session.received.slice(0, session.received.lastIndexOf(`ended with ${String(exitCode)}`));
  expect(last.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(last.lastIndexOf('\u001b[?2004h'));
}

/** Expects the terminal settings at the shell's prompt to be those from before the program ran. */
export async function hasItsSettings(session: TerminalSession, journey: TerminalJourney): Promise<void> {
  await runs(session, journey, 'stty -a > "$HOME/now"');
  const [before, now] = await Promise.all(
    ['before', 'now'].map((name) => readFile(join(journey.machine.home, name), 'utf8')),
  );
  expect(before).toMatch(/ icanon [^]* echo /);
  expect(now).toBe(before);
}

export const processOf = (session: TerminalSession): number => Number(/process (\d+)\./.exec(session.text)?.[1]);
