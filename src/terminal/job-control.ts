import type { Env } from '../ground/env.ts';
import type { ControlKey } from './input-reader.ts';
import type { Screen } from './screen.ts';
import { restoreTerminal, takeTerminal, type OwnProcess } from './terminal-mode.ts';

/** The terminal that questions are asked on. */
export interface PromptHost {
  readonly own: OwnProcess;
  readonly env: Env;
  readonly screen: Screen;
  /** Cancels every question with its reason. */
  readonly signal: AbortSignal;
}

/** How long after resuming a SIGCONT counts as part of it, in milliseconds. */
const sameResumeMs = 1_000;

/**
 * Returns a function that does what the terminal does on a control key: it signals the whole job, including an npx
 * above this program. While the program is stopped, the shell has the terminal in its original mode and without the
 * question. On resume, the question is drawn in a new place, because the shell has written on the screen. A stop from
 * outside is noticed only when the program is continued.
 */
export function watchJobControl(host: PromptHost): (key: ControlKey) => void {
  const { own, screen } = host;
  let resumedAt = -Infinity;
  const resume = (): void => {
    resumedAt = performance.now();
    takeTerminal(host);
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
      restoreTerminal(host);
      own.kill(0, signal);
      // Either the shell has continued the job, or there is no shell and the system ignored the signal.
      resume();
    }
  };
}
