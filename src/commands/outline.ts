import type { Argument, Command, Option } from 'commander';
import type {
  CliOutline,
  CommandOutline,
  FlagOutline,
  ValueOutline,
  WordsOutline,
} from '../output/completion/outline.ts';

/** The command table as data, for completion. */
export function outlineOf(cli: Command): CliOutline {
  const flags = visibleFlags(cli);
  // Every command takes these too; `--help` it has of its own, and `--version` makes sense alone only.
  const shared = flags.filter(({ long }) => long !== '--help' && long !== '--version');
  return { flags, commands: cli.commands.map((command) => commandOutline(command, shared)) };
}

function commandOutline(command: Command, shared: readonly FlagOutline[]): CommandOutline {
  const [argument, ...more] = command.registeredArguments;
  return {
    name: command.name(),
    description: command.description(),
    flags: [...visibleFlags(command), ...shared],
    ...(argument === undefined ? {} : { words: wordsOutline(argument, more) }),
  };
}

function wordsOutline(argument: Argument, more: readonly Argument[]): WordsOutline {
  const name = argument.name();
  const choices = [argument, ...more].flatMap(({ argChoices }) => argChoices ?? []);
  const unlisted = name === 'profile' ? 'profiles' : 'nothing';
  return { name, from: choices.length > 0 ? choices : unlisted, several: argument.variadic || more.length > 0 };
}

/** Commander keeps `--help` apart from the other flags; its help lists it among them. */
const visibleFlags = (command: Command): readonly FlagOutline[] =>
  command.createHelp().visibleOptions(command).map(flagOutline);

const flagOutline = (option: Option): FlagOutline => ({
  long: option.long ?? option.flags,
  description: option.description,
  ...(option.required ? { value: valueOutline(option) } : {}),
});

function valueOutline({ flags, argChoices }: Option): ValueOutline {
  const name = /<(.+)>/.exec(flags)?.[1] ?? 'value';
  if (argChoices !== undefined) return { name, from: argChoices };
  if (name === 'file') return { name, from: 'files' };
  return { name, from: flags.startsWith('--profile ') ? 'profiles' : 'nothing' };
}
