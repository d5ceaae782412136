import { listProfiles, valueFlags, type CommandOutline, type FlagOutline, type Offer } from './outline.ts';

export function fishCompletion(cli: readonly CommandOutline[]): string {
  return String.raw`# Fish completion for ottokit-tiktok. To install it:
#   ottokit-tiktok completion fish > ~/.config/fish/completions/ottokit-tiktok.fish

function __ottokit_tiktok_profiles
    ${listProfiles}
end

function __ottokit_tiktok_at --description 'Whether this command was typed and, if a number is given, this many words come before the cursor'
    set -l tokens (commandline -opc)
    set -l words
    set -l flag
    for word in $tokens[2..-1]
        if set -q flag[1]
            set flag
        else if contains -- $word ${[...valueFlags(cli).keys()].join(' ')}
            set flag $word
        else if not string match -q -- '-*' $word
            set -a words $word
        end
    end
    test "$words[1]" = "$argv[1]"
    and test -z "$argv[2]" -o (count $words) = "$argv[2]"
end

complete -c ottokit-tiktok -f
${cli.flatMap((command) => ['', ...linesOf(command, cli)]).join('\n')}`;
}

function linesOf({ name, flags, words, several }: CommandOutline, cli: readonly CommandOutline[]): readonly string[] {
  const command = name || "''";
  const anywhere = `__ottokit_tiktok_at ${command}`;
  const described = (word: string): string => {
    const named = name === '' ? cli.find((one) => one.name === word) : undefined;
    return named === undefined ? '' : ` -d ${quoted(named.description)}`;
  };
  const wordLines = words.flatMap(({ offer }, index) => {
    const at = several ? anywhere : `${anywhere} ${String(name === '' ? index : index + 1)}`;
    if (typeof offer === 'string') return [line(at, `-a ${quoted(listOf(offer))}`)];
    return offer.map((word) => line(at, `-a ${word}${described(word)}`));
  });
  return [...flags.map((flag) => line(anywhere, flagOffer(flag))), ...wordLines];
}

const line = (condition: string, offer: string): string =>
  `complete -c ottokit-tiktok -n ${quoted(condition)} ${offer}`;

function flagOffer({ long, description, offer }: FlagOutline): string {
  const flag = `-l ${long.slice(2)} -d ${quoted(description)}`;
  if (offer === undefined) return flag;
  return offer === 'files' ? `${flag} -r -F` : `${flag} -x -a ${quoted(listOf(offer))}`;
}

const listOf = (offer: Offer): string => (typeof offer === 'string' ? `(__ottokit_tiktok_${offer})` : offer.join(' '));

/** Within fish's single quotes, only `\` and `'` are special. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
