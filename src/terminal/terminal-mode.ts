import { isDumb, type Env } from '../ground/env.ts';
import type { Clock } from '../ground/io.ts';
import type { TerminalInput, TerminalOutput } from '../ground/streams.ts';
import type { Glyphs } from './glyphs.ts';
import type { ControlKey } from './input-reader.ts';
import type { Paint } from './paint.ts';
import { showCursor, type Screen } from './screen.ts';

/** This program's process: its terminal, and what control keys and a shell's job control do to it. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'> & {
  readonly stdin: TerminalInput;
  readonly stderr: TerminalOutput;
};

/** The terminal that questions are asked on. */
export interface Terminal {
  readonly own: OwnProcess;
  readonly env: Env;
  readonly screen: Screen;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
  /** Cancels every question with its reason. */
  readonly signal: AbortSignal;
}

type OnTerminal = Readonly<{ own: Pick<OwnProcess, 'stdin' | 'stderr'>; env: Env }>;

/** Bracketed paste: the terminal marks where a paste begins and ends, so that a line break in it isn't read as Enter. */
const markPastes = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** How long after resuming a SIGCONT counts as part of it, in milliseconds. */
const sameResumeMs = 1_000;

/** Makes the terminal pass on every key unseen and mark pastes, which a dumb one can't. */
export function takeTerminal({ own: { stdin, stderr }, env }: OnTerminal): void {
  // Turned off first, because a shell may have changed the mode, and Node doesn't set a mode that it considers set.
  stdin.setRawMode?.(false);
  stdin.setRawMode?.(true);
  if (!isDumb(env)) stderr.write(markPastes.on);
}

/** Restores the terminal for a shell. Writes synchronously. */
export function restoreTerminal({ own: { stdin, stderr }, env }: OnTerminal): void {
  if (stdin.isTTY === true) stdin.setRawMode?.(false);
  if (stderr.isTTY === true && !isDumb(env)) stderr.write(`${showCursor}${markPastes.off}`);
}

/**
 * Returns a function that does what the terminal does on a control key: it signals the whole job, including an npx
 * above this program. While the program is stopped, the shell has the terminal in its original mode and without the
 * question. On resume, the question is drawn in a new place, because the shell has written on the screen. A stop from
 * outside is noticed only when the program is continued.
 */
export function watchJobControl(terminal: Pick<Terminal, 'own' | 'env' | 'screen'>): (key: ControlKey) => void {
  const { own, screen } = terminal;
  let resumedAt = -Infinity;
  const resume = (): void => {
    resumedAt = performance.now();
    takeTerminal(terminal);
    screen.resume();
  };
  own.on('SIGCONT', () => {
    if (performance.now() - resumedAt > sameResumeMs) resume();
  });
  return (signal) => {
    if (signal === 'SIGINT') {
      // Windows has no job control; there, the signal would end the program at once.
      if (own.platform === 'win32') own.emit(signal);
      else own.kill(0, signal);
    } else if (own.platform !== 'win32') {
      screen.suspend();
      restoreTerminal(terminal);
      own.kill(0, signal);
      // Either the shell has continued the job, or there is no shell and the system ignored the signal.
      resume();
    }
  };
}
