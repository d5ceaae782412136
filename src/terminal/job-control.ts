import type { TerminalInput } from '../ground/streams.ts';
import { markPastes } from './restore.ts';
import type { Screen } from './screen.ts';

/** This program's process, for a terminal's control keys and a shell's job control. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'>;

/** The terminal that questions are asked on. */
export interface PromptHost {
  readonly stdin: TerminalInput;
  readonly screen: Screen;
  /** Cancels every question with its reason. */
  readonly signal: AbortSignal;
  /** Whether the terminal supports bracketed paste; a dumb one doesn't. */
  readonly marksPastes: boolean;
  readonly own: OwnProcess;
}

/** How long after resuming a SIGCONT counts as part of it, in milliseconds. */
const sameResumeMs = 1_000;

/**
 * Returns the terminal to the shell, sends this signal to the whole job, and resumes when the shell continues the job.
 */
export type Suspend = (signal: 'SIGTSTP' | 'SIGQUIT') => void;

/** Does what the terminal does on Ctrl-C: signals the whole job, including an npx above this program. */
export function interrupt(own: OwnProcess): void {
  // Windows has no job control; there, the signal would end the program at once.
  if (own.platform === 'win32') own.emit('SIGINT');
  else own.kill(0, 'SIGINT');
}

/**
 * While the program is stopped, the shell has the terminal in its original mode and without the question. On resume,
 * the question is drawn in a new place, because the shell has written on the screen and changed the mode. A stop from
 * outside is noticed only when the program is continued.
 */
export function watchJobControl({ stdin, screen, marksPastes, own }: PromptHost): Suspend {
  let resumedAt = -Infinity;
  const resume = (): void => {
    resumedAt = performance.now();
    // Turned off first, because Node doesn't set a mode that it considers set.
    stdin.setRawMode?.(false);
    stdin.setRawMode?.(true);
    if (marksPastes) screen.control(markPastes.on);
    screen.resume();
  };
  own.on('SIGCONT', () => {
    if (performance.now() - resumedAt > sameResumeMs) resume();
  });
  return (signal) => {
    if (own.platform === 'win32') return;
    screen.suspend();
    if (marksPastes) screen.control(markPastes.off);
    stdin.setRawMode?.(false);
    // The whole job, like the terminal does, because an npx above this program must stop too.
    own.kill(0, signal);
    // Either the shell has continued the job, or there is no shell and the system ignored the signal.
    resume();
  };
}
