import type { Io } from '../io.ts';
import type { Style } from '../output/style.ts';

/** What a command is given: the outside world, and the one place for results. */
export interface Program {
  readonly io: Io;
  readonly version: string;
  /** Prints a result on stdout, with a newline after it. */
  readonly print: (text: string) => void;
  /** How results on stdout are set. */
  readonly style: Style;
}

/** 0: done, or saved to be resumed. 1: failed, including a failed check of `doctor`. */
export type ExitCode = 0 | 1;
