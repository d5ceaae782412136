import type { Program } from '../commands/program.ts';
import type { Env } from '../ground/env.ts';

/** The environment the program reads, and how it prints. */
export interface ProgramOptions {
  readonly debug: boolean;
  readonly color: boolean;
  /** The environment, after flags and settings have replaced variables in it. */
  readonly env: Env;
  /** Adds the profile and the store to the commands in a text, so that they can be copied as they are. */
  readonly addFlags: (text: string) => string;
  /** Changes the profile that `addFlags` adds. */
  readonly moveTo: (profile: string) => void;
}

/** What main.ts, the only file that touches the process, passes to `run`. */
export interface Shell {
  readonly version: string;
  readonly env: Env;
  /** @throws Failure directory-unknown */
  readonly configDirectory: () => string;
  readonly makeProgram: (options: ProgramOptions) => Program;
  /** Prints to stdout without wrapping or formatting. */
  readonly write: (text: string) => void;
  /** The width of stdout; 80 if it isn't a terminal. */
  readonly columns: () => number;
}
