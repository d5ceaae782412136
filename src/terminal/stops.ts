import { markPastes } from './restore.ts';
import type { Place } from './questioning.ts';

/** How soon after the terminal was taken back a SIGCONT tells nothing new, in milliseconds. */
const justNow = 1_000;

/** This program's process, as far as a shell's job control is concerned. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'off'>;

export interface Stops {
  /** Ctrl-Z: stops the program until the shell continues it. */
  stop(): void;
  /** Stops from outside are heard of no more. */
  end(): void;
}

/**
 * While the program is stopped the terminal is the shell's: it is left as it was found, without the question, and taken
 * back afterwards with the question in a new place, because the shell has written on it and set it in its own way.
 */
export function watchStops({ stdin, screen, marksPastes, own }: Place): Stops {
  let takenBackAt = -Infinity;
  const takeBack = (): void => {
    takenBackAt = performance.now();
    // In two steps: a mode that Node takes for set already would not be set again.
    stdin.setRawMode?.(false);
    stdin.setRawMode?.(true);
    if (marksPastes) screen.control(markPastes.on);
    screen.takeBack();
  };
  const continued = (): void => {
    if (performance.now() - takenBackAt > justNow) takeBack();
  };
  own.on('SIGCONT', continued);
  return {
    stop: () => {
      if (own.platform === 'win32') return;
      screen.stepAside();
      if (marksPastes) screen.control(markPastes.off);
      stdin.setRawMode?.(false);
      // The whole job, as the terminal itself would: npx waits above this program and must stop too.
      own.kill(0, 'SIGTSTP');
      // Continued, or never stopped: where no shell waits, the system ignores the signal.
      takeBack();
    },
    end: () => {
      own.off('SIGCONT', continued);
    },
  };
}
