import type { Readable } from 'node:stream';
import { isDumb, type Env } from '../ground/env.ts';
import type { Clock, TerminalOutput } from '../ground/io.ts';
import type { ControlKey } from './input-reader.ts';
import { showCursor, type Screen } from './screen.ts';
import type { Style } from './style.ts';

export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'> & {
  readonly stdin: Readable & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'ref' | 'unref'>>;
  readonly stderr: TerminalOutput;
};

export interface Terminal extends Style {
  readonly ownProcess: OwnProcess;
  readonly env: Env;
  readonly screen: Screen;
  readonly clock: Clock;
  /** Cancels every question. Its reason is what the question throws. */
  readonly signal: AbortSignal;
}

type OnTerminal = Readonly<{ ownProcess: Pick<OwnProcess, 'stdin' | 'stderr'>; env: Env }>;

/** Bracketed paste: the terminal marks the beginning and end of a paste, so that its line breaks don't act as Enter. */
const markPastes = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** How long to ignore another SIGCONT, in milliseconds. */
const sameResumeMs = 1_000;

/** How long SIGQUIT may take to end the program, in milliseconds. It never ends a container's first process. */
const quitMs = 100;

export function takeTerminal({ ownProcess: { stdin, stderr }, env }: OnTerminal): void {
  // Turn raw mode off first. A shell may have done so unnoticed, and Node doesn't turn on what it thinks is on.
  stdin.setRawMode?.(false);
  stdin.setRawMode?.(true);
  if (!isDumb(env)) stderr.write(markPastes.on);
}

/** Restores the terminal for a shell. Writes synchronously. */
export function restoreTerminal({ ownProcess: { stdin, stderr }, env }: OnTerminal): void {
  if (stdin.isTTY === true) stdin.setRawMode?.(false);
  if (stderr.isTTY === true && !isDumb(env)) stderr.write(`${showCursor}${markPastes.off}`);
}

/**
 * Returns a function that does what the terminal would do on a control key: signal the whole job, including an npx that
 * started us. On resume, redraws the question at the cursor, because the shell has written to the screen. If another
 * process stops us, we notice only on resume.
 */
export function watchJobControl(terminal: Pick<Terminal, 'ownProcess' | 'env' | 'screen'>): (key: ControlKey) => void {
  const { ownProcess, screen } = terminal;
  let resumedAt = -Infinity;
  const resume = (): void => {
    resumedAt = performance.now();
    takeTerminal(terminal);
    screen.resume();
  };
  ownProcess.on('SIGCONT', () => {
    if (performance.now() - resumedAt > sameResumeMs) resume();
  });
  return (signal) => {
    if (ownProcess.platform === 'win32') {
      // On Windows, `kill` would end the program at once, or throw for SIGTSTP.
      if (signal === 'SIGINT') ownProcess.emit(signal);
      return;
    }
    if (signal !== 'SIGINT') {
      screen.suspend();
      restoreTerminal(terminal);
    }
    ownProcess.kill(0, signal);
    // The shell has continued the job, or there is no shell and the system ignored the signal.
    if (signal === 'SIGTSTP') resume();
    // SIGQUIT doesn't end the program at once, because @inquirer/core catches it and sends it again.
    if (signal === 'SIGQUIT') setTimeout(resume, quitMs).unref();
  };
}
