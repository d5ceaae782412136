import type { Program } from '../commands/program.ts';
import type { Env } from '../ground/env.ts';

/** What decides how everything else is shown. */
export interface ProgramOptions {
  readonly debug: boolean;
  readonly color: boolean;
  /** The environment, with what flags and settings replace in it. */
  readonly env: Env;
  /** Adds the profile to the commands that a text names. */
  readonly named: (text: string) => string;
}

/** What running a command line needs from the one file that touches the process. */
export interface Shell {
  readonly version: string;
  readonly env: Env;
  /** @throws Failure directory-unknown */
  readonly configDirectory: () => string;
  readonly makeProgram: (options: ProgramOptions) => Program;
  /** Prints on stdout as it is. */
  readonly write: (text: string) => void;
  /** The width of stdout; 80 if it is no terminal. */
  readonly columns: () => number;
}

/** How far a run came. */
export interface Run {
  exitCode: 0 | 1 | 2 | 130;
  program?: Program;
}

/** For a command line that could not be read, or whose settings could not. */
export const plainOptions = (args: readonly string[], env: Env): ProgramOptions => ({
  debug: args.includes('--debug'),
  color: !args.includes('--no-color'),
  env,
  named: (text) => text,
});
