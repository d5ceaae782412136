import type { Program } from '../commands/program.ts';
import type { Env } from '../ground/env.ts';

/** How the program looks at the world and prints. */
export interface ProgramOptions {
  readonly debug: boolean;
  readonly color: boolean;
  /** The environment, after flags and settings have replaced variables in it. */
  readonly env: Env;
  /** Adds the profile and the store to the commands that a text names. */
  readonly named: (text: string) => string;
  /** After this, `named` adds another profile. */
  readonly moveTo: (profile: string) => void;
}

/** What running a command line needs from the one file that touches the process. */
export interface Shell {
  readonly version: string;
  readonly env: Env;
  /** @throws Failure directory-unknown */
  readonly configDirectory: () => string;
  readonly makeProgram: (options: ProgramOptions) => Program;
  /** Prints on stdout unchanged. */
  readonly write: (text: string) => void;
  /** The width of stdout; 80 if it isn't a terminal. */
  readonly columns: () => number;
}

/** For when the command line or the settings can't be read. */
export const plainOptions = (args: readonly string[], env: Env): ProgramOptions => ({
  debug: args.includes('--debug'),
  color: !args.includes('--no-color'),
  env,
  named: (text) => text,
  moveTo: () => undefined,
});
