import type { Argument, Command, Option } from 'commander';

/** What to suggest: these words, file names or profiles. An empty list suggests nothing. */
export type Offer = readonly string[] | 'files' | 'profiles';

export interface FlagOutline {
  /** With its dashes. */
  readonly long: string;
  readonly description: string;
  /** Absent if the flag takes no value. */
  readonly offer?: Offer;
}

export interface CommandOutline {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly FlagOutline[];
  readonly words: readonly { readonly name: string; readonly offer: Offer }[];
  /** Whether the command's only argument may be repeated. */
  readonly several: boolean;
}

/** Describes the command line for the scripts. The first entry has no name and covers the words before the command. */
export function outlineOf(cli: Command): readonly CommandOutline[] {
  const flags = visibleFlags(cli);
  // Commands accept the program's flags too, but have their own `--help`, and `--version` only makes sense alone.
  const shared = flags.filter(({ long }) => long !== '--help' && long !== '--version');
  const names = cli.commands.map((command) => command.name());
  return [
    { name: '', description: '', flags, words: [{ name: 'command', offer: names }], several: false },
    ...cli.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      flags: [...visibleFlags(command), ...shared],
      words: command.registeredArguments.map((argument) => ({ name: argument.name(), offer: offerFor(argument) })),
      several: command.registeredArguments.some(({ variadic }) => variadic),
    })),
  ];
}

/** Reads commander's help, because `command.options` doesn't include `--help`. */
const visibleFlags = (command: Command): readonly FlagOutline[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      long: option.long ?? option.flags,
      description: option.description,
      ...(option.required ? { offer: offerFor(option) } : {}),
    }));

function offerFor(value: Argument | Option): Offer {
  if ('flags' in value && value.flags.endsWith('<file>')) return 'files';
  return value.name() === 'profile' ? 'profiles' : (value.argChoices ?? []);
}

/** Returns the flags that take a value, with its suggestions. A flag means the same in every command. */
export function valueFlags(cli: readonly CommandOutline[]): ReadonlyMap<string, Offer> {
  const flags = cli.flatMap((command) => command.flags);
  return new Map(flags.flatMap(({ long, offer }) => (offer === undefined ? [] : [[long, offer]])));
}

/**
 * Code for bash, zsh and fish that prints each profile's name. `status --json` puts each on its own line. If the store
 * is locked or missing, the code prints nothing and doesn't ask for a passphrase.
 */
export const listProfiles = String.raw`ottokit-tiktok status --json </dev/null 2>/dev/null |
    command sed -n 's/^ *"profile": "\([A-Za-z0-9._-]*\)",\{0,1\}$/\1/p'`;

/** For bash and zsh. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
