import type { Io } from '../ground/io.ts';
import type { Printing } from '../output/format.ts';

/** The outside world, and functions that print results. */
export interface Program extends Printing {
  readonly io: Io;
  readonly version: string;
  /** Formats text as `printText` does and splits it into screenfuls; one piece if stdout isn't a terminal. */
  readonly pages: (text: string) => readonly string[];
  /** Adds the profile and the store to the commands in a text, so that the user can copy them as they are. */
  readonly addFlags: (text: string) => string;
  /** Makes later messages name this profile instead of the command line's. With a pattern, they name none. */
  readonly moveTo: (profile: string) => void;
}

/** 0: done, or saved to be resumed. 1: failed, or a `doctor` check failed. 130: interrupted, with a result. */
export type ExitCode = 0 | 1 | 130;
