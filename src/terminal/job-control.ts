import type { PromptHost } from './questioning.ts';
import { markPastes, showCursor } from './restore.ts';

/** How soon after the terminal was taken back a SIGCONT tells nothing new, in milliseconds. */
const justNow = 1_000;

/** This program's process, as far as a terminal's keys and a shell's job control are concerned. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'>;

/** Leaves the terminal to the shell, sends the whole job this signal, and comes back when the shell continues it. */
export type Leave = (signal: 'SIGTSTP' | 'SIGQUIT') => void;

/** Ctrl-C, as the terminal itself obeys it: the whole job is told, npx above this program too. */
export function interrupt(own: OwnProcess): void {
  // Windows has no jobs; there the signal would end the program at once.
  if (own.platform === 'win32') own.emit('SIGINT');
  else own.kill(0, 'SIGINT');
}

/**
 * While the program is stopped the terminal is the shell's: it is left as it was found, without the question, and taken
 * back afterwards with the question in a new place, because the shell has written on it and set it in its own way. A
 * stop from outside is noticed afterwards.
 */
export function watchStops({ stdin, screen, marksPastes, own }: PromptHost): Leave {
  let takenBackAt = -Infinity;
  const resume = (): void => {
    takenBackAt = performance.now();
    // In two steps: a mode that Node takes for set already would not be set again.
    stdin.setRawMode?.(false);
    stdin.setRawMode?.(true);
    if (marksPastes) screen.control(markPastes.on);
    screen.takeBack();
  };
  own.on('SIGCONT', () => {
    if (performance.now() - takenBackAt > justNow) resume();
  });
  return (signal) => {
    if (own.platform === 'win32') return;
    screen.stepAside();
    if (marksPastes) screen.control(`${showCursor}${markPastes.off}`);
    stdin.setRawMode?.(false);
    // The whole job, as the terminal itself would: npx waits above this program and must stop too.
    own.kill(0, signal);
    // Continued, or never stopped: where no shell waits, the system ignores the signal.
    resume();
  };
}
