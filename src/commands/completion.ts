import { checkIds } from '../doctor/checks.ts';
import { bashCompletion } from '../output/completion/bash.ts';
import { fishCompletion } from '../output/completion/fish.ts';
import type { CliOutline } from '../output/completion/outline.ts';
import { powershellCompletion } from '../output/completion/powershell.ts';
import { zshCompletion } from '../output/completion/zsh.ts';
import type { ExitCode, Program } from './program.ts';

export type Shell = keyof typeof scripts;

export interface CompletionOptions {
  readonly shell: Shell;
  readonly cli: CliOutline;
}

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion, powershell: powershellCompletion };

/** Prints the script that teaches a shell to complete the command line. It says itself how to install it. */
export function completion({ print }: Pick<Program, 'print'>, { shell, cli }: CompletionOptions): ExitCode {
  print(scripts[shell](withCheckIds(cli)));
  return 0;
}

/** The command table does not list the checks, so that no other command has to load them. */
function withCheckIds(cli: CliOutline): CliOutline {
  const commands = cli.commands.map((command) =>
    command.name === 'doctor' && command.words !== undefined
      ? { ...command, words: { ...command.words, from: checkIds } }
      : command,
  );
  return { ...cli, commands };
}
