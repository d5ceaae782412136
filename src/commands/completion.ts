import type { Command } from 'commander';
import { checkIds } from '../doctor/checks.ts';
import { bashCompletion } from '../output/completion/bash.ts';
import { fishCompletion } from '../output/completion/fish.ts';
import { outlineOf } from '../output/completion/outline.ts';
import { powershellCompletion } from '../output/completion/powershell.ts';
import { zshCompletion } from '../output/completion/zsh.ts';
import type { ExitCode, Program } from './program.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion, powershell: powershellCompletion };

/** Prints a shell's completion script, which begins with installation instructions. `cli` must define every flag. */
export function completion(
  { print }: Pick<Program, 'print'>,
  { shell }: { readonly shell: keyof typeof scripts },
  cli: Command,
): ExitCode {
  // The command table doesn't list the checks, so that other commands don't have to load them.
  cli.commands.find((command) => command.name() === 'doctor')?.registeredArguments[0]?.choices(checkIds);
  print(scripts[shell](outlineOf(cli)));
  return 0;
}
