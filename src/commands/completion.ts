import { checkIds } from '../doctor/checks.ts';
import { bashCompletion } from '../output/completion/bash.ts';
import { fishCompletion } from '../output/completion/fish.ts';
import type { CliOutline } from '../output/completion/outline.ts';
import { zshCompletion } from '../output/completion/zsh.ts';
import type { ExitCode, Program } from './program.ts';

export interface CompletionOptions {
  readonly shell: keyof typeof scripts;
  readonly cli: CliOutline;
}

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** Prints the script that teaches a shell to complete the command line. It says itself how to install it. */
export function completion({ print }: Pick<Program, 'print'>, { shell, cli }: CompletionOptions): ExitCode {
  print(scripts[shell](withCheckIds(cli)));
  return 0;
}

/** The command table does not list the checks, so that no other command has to load them. */
function withCheckIds(cli: CliOutline): CliOutline {
  const commands = cli.commands.map((command) =>
    command.name === 'doctor' && command.words !== undefined
      ? { ...command, words: { ...command.words, choices: checkIds } }
      : command,
  );
  return { ...cli, commands };
}
