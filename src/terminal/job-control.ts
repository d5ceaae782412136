import type { TerminalInput } from '../ground/streams.ts';
import { markPastes } from './restore.ts';
import type { Screen } from './screen.ts';

/** This program's process, as far as a terminal's keys and a shell's job control are concerned. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'>;

/** The terminal that questions are asked on. */
export interface PromptHost {
  readonly stdin: TerminalInput;
  readonly screen: Screen;
  /** Withdraws every question, with its reason. */
  readonly signal: AbortSignal;
  /** Whether the terminal marks pastes on request; a dumb one does not. */
  readonly marksPastes: boolean;
  readonly own: OwnProcess;
}

/** How long after a resume a SIGCONT is taken for the one that belongs to it, in milliseconds. */
const sameResumeMs = 1_000;

/** Gives the terminal to the shell, sends the whole job this signal, and resumes when the shell continues the job. */
export type Suspend = (signal: 'SIGTSTP' | 'SIGQUIT') => void;

/** Does what the terminal itself does on Ctrl-C: signals the whole job, including an npx above this program. */
export function interrupt(own: OwnProcess): void {
  // Windows has no jobs; there the signal would end the program at once.
  if (own.platform === 'win32') own.emit('SIGINT');
  else own.kill(0, 'SIGINT');
}

/**
 * While the program is stopped, the shell has the terminal, without the question and in its original mode. On resume the
 * question is drawn in a new place, because the shell has written on the screen and changed the mode. A stop from outside
 * is noticed only when the program is continued.
 */
export function watchJobControl({ stdin, screen, marksPastes, own }: PromptHost): Suspend {
  let resumedAt = -Infinity;
  const resume = (): void => {
    resumedAt = performance.now();
    // Off first: Node does not set a mode again that it believes to be set.
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
    // The whole job, as the terminal itself would: an npx above this program must stop too.
    own.kill(0, signal);
    // Either the shell has continued the job, or there is no shell and the system ignored the signal.
    resume();
  };
}
