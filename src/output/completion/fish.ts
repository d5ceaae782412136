import { valueFlags, type CommandOutline, type FlagOutline, type Offer } from './outline.ts';

/**
 * The script for fish. Its function `__ottokit_tiktok_wants` decides what is suggested, because fish would suggest a
 * flag again. A flag counts as given once it has its value, so that the value can be completed.
 */
export function fishCompletion(cli: readonly CommandOutline[]): string {
  return String.raw`# Completion of ottokit-tiktok for fish. To install it:
#   ottokit-tiktok completion fish > ~/.config/fish/completions/ottokit-tiktok.fish

function __ottokit_tiktok_profiles
    ottokit-tiktok status --json </dev/null 2>/dev/null |
        string replace --filter --regex '^ *"profile": "([A-Za-z0-9._-]+)",?$' '$1'
end

function __ottokit_tiktok_given --description 'The words before the cursor, without the values of flags'
    set -l words (commandline -opc)
    set -l flag
    for word in $words[2..-1]
        if set -q flag[1]
            printf '%s\n' $flag
            set flag
        else if contains -- $word ${[...valueFlags(cli).keys()].join(' ')}
            set flag $word
        else
            string replace -r -- '=.*' '' $word
        end
    end
end

function __ottokit_tiktok_wants --description 'Whether the command is the first word, and the other word was not given yet'
    set -l given (__ottokit_tiktok_given)
    set -l words (string match -v -- '-*' $given)
    test "$words[1]" = "$argv[1]"
    and not contains -- $argv[2] $given
end

function __ottokit_tiktok_at --description 'Whether the command is the first word, and this many words come before the cursor'
    set -l words (string match -v -- '-*' (__ottokit_tiktok_given))
    test "$words[1]" = "$argv[1]" -a (count $words) -eq $argv[2]
end

complete -c ottokit-tiktok -f
${cli.flatMap((command) => ['', ...linesOf(command, cli)]).join('\n')}`;
}

function linesOf({ name, flags, words, several }: CommandOutline, cli: readonly CommandOutline[]): readonly string[] {
  const command = name || "''";
  const wants = (word: string): string => `__ottokit_tiktok_wants ${command} ${word}`;
  const described = (word: string): string => {
    const named = name === '' ? cli.find((one) => one.name === word) : undefined;
    return named === undefined ? '' : ` -d ${quoted(named.description)}`;
  };
  const wordLines = words.flatMap(({ offer }, index) => {
    const at = `__ottokit_tiktok_at ${command} ${String(name === '' ? index : index + 1)}`;
    if (typeof offer === 'string') return [line(at, `-a ${quoted(listOf(offer))}`)];
    return offer.map((word) => line(several ? wants(word) : at, `-a ${word}${described(word)}`));
  });
  return [...flags.map((flag) => line(wants(flag.long), flagOffer(flag))), ...wordLines];
}

const line = (condition: string, offer: string): string =>
  `complete -c ottokit-tiktok -n ${quoted(condition)} ${offer}`;

function flagOffer({ long, description, offer }: FlagOutline): string {
  const flag = `-l ${long.slice(2)} -d ${quoted(description)}`;
  if (offer === undefined) return flag;
  return offer === 'files' ? `${flag} -r -F` : `${flag} -x -a ${quoted(listOf(offer))}`;
}

const listOf = (offer: Offer): string => (typeof offer === 'string' ? `(__ottokit_tiktok_${offer})` : offer.join(' '));

/** Within fish's single quotes only `\` and `'` are special. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
