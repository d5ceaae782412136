import type { Program } from '../commands/program.ts';
import type { Env } from '../ground/env.ts';

/** The environment that a command reads, and how it prints. */
export interface ProgramOptions {
  readonly debug: boolean;
  readonly color: boolean;
  /** The environment, with the variables that flags and settings set. */
  readonly env: Env;
  /** Adds the profile and the store to the commands in a message, so that the user can copy them as they are. */
  readonly addFlags: (text: string) => string;
  /** Changes the profile that `addFlags` adds. */
  readonly moveTo: (profile: string) => void;
}

/** The outside world for `run`. Only main.ts, which creates it, touches the process. */
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
