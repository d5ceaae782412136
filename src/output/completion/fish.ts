import { valueFlags, type CliOutline, type FlagOutline, type ValueOutline, type WordsOutline } from './outline.ts';

/**
 * The script for fish. One function, `__ottokit_tiktok_wants`, decides what is offered, because fish offers a
 * flag again that was already given. A flag counts as given once it has its value, so that the value is completed.
 */
export function fishCompletion(cli: CliOutline): string {
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

function __ottokit_tiktok_wants --description 'Whether the command is the first word, and none of the others was given yet'
    set -l given (__ottokit_tiktok_given)
    set -l words (string match -v -- '-*' $given)
    test "$words[1]" = "$argv[1]"
    or return
    for word in $argv[2..-1]
        contains -- $word $given
        and return 1
    end
    return 0
end

complete -c ottokit-tiktok -f
${lines(cli).join('\n')}`;
}

function lines({ flags, commands }: CliOutline): string[] {
  return [
    '',
    ...flags.map((flag) => flagLine("''", flag)),
    ...commands.map(({ name, description }) => line("''", `-a ${name} -d ${quoted(description)}`)),
    ...commands.flatMap(({ name, flags: own, words }) => [
      '',
      ...own.map((flag) => flagLine(name, flag)),
      ...(words === undefined ? [] : wordLines(name, words)),
    ]),
  ];
}

function wordLines(command: string, { from, several }: WordsOutline): string[] {
  if (from === 'nothing') return [];
  if (from === 'profiles') return [line(command, `-a ${quoted('(__ottokit_tiktok_profiles)')}`)];
  return from.map((word) => line(`${command} ${several ? word : from.join(' ')}`, `-a ${word}`));
}

const line = (wanted: string, offer: string): string =>
  `complete -c ottokit-tiktok -n ${quoted(`__ottokit_tiktok_wants ${wanted}`)} ${offer}`;

function flagLine(command: string, { long, description, value }: FlagOutline): string {
  const takes = value === undefined ? '' : ` ${valueSwitches(value.from)}`;
  return line(`${command} ${long}`, `-l ${long.replace('--', '')} -d ${quoted(description)}${takes}`);
}

function valueSwitches(from: ValueOutline['from']): string {
  if (from === 'nothing') return '-x';
  if (from === 'files') return '-r -F';
  return `-x -a ${quoted(from === 'profiles' ? '(__ottokit_tiktok_profiles)' : from.join(' '))}`;
}

/** Within fish's single quotes only `\` and `'` mean something. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
