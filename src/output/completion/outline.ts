/** The command table as data: all that a completion script is made of. */
export interface CliOutline {
  /** What may come before a command. */
  readonly flags: readonly FlagOutline[];
  readonly commands: readonly CommandOutline[];
}

export interface CommandOutline {
  readonly name: string;
  readonly description: string;
  /** Its own, and those that every command takes. */
  readonly flags: readonly FlagOutline[];
  readonly words?: WordsOutline;
}

export interface FlagOutline {
  /** With its dashes: `--region`. */
  readonly long: string;
  readonly description: string;
  readonly value?: ValueOutline;
}

/** What follows a flag. */
export interface ValueOutline {
  /** As the help calls it: `minutes`. */
  readonly name: string;
  /** What to offer; `nothing` where only the person knows. */
  readonly from: readonly string[] | 'files' | 'profiles' | 'nothing';
}

/** What a command takes besides flags. */
export interface WordsOutline {
  readonly name: string;
  readonly from: Exclude<ValueOutline['from'], 'files'>;
  /** Whether there may be more than one. */
  readonly several: boolean;
}

/** The flags that the next word belongs to. A flag means the same in every command. */
export function valueFlags({ flags, commands }: CliOutline): ReadonlyMap<string, ValueOutline> {
  const all = [...flags, ...commands.flatMap((command) => command.flags)];
  return new Map(all.flatMap(({ long, value }) => (value === undefined ? [] : [[long, value]])));
}

/**
 * For bash and zsh: prints the name of every profile, one a line, out of `status --json`, which has each on a line of its
 * own. A locked or missing store asks nothing and says nothing: there are just no names.
 */
export const listProfiles = String.raw`ottokit-tiktok status --json </dev/null 2>/dev/null |
    sed -n 's/^ *"profile": "\([A-Za-z0-9._-]*\)",\{0,1\}$/\1/p'`;

/** Quoted for bash and zsh, whatever it holds. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
