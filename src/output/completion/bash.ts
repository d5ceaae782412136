import {
  listProfiles,
  singleQuoted,
  valueFlags,
  type CliOutline,
  type FlagOutline,
  type ValueOutline,
  type WordsOutline,
} from './outline.ts';

/**
 * The script for bash, 3.2 (macOS) and later, without the package bash-completion. Two traps of bash: `COMP_WORDS` is split
 * at `=` and `:` too, and what is offered takes the place of `$2` alone, the part of the word after the last of them; and
 * 3.2 has no `compopt`.
 */
export function bashCompletion(cli: CliOutline): string {
  return `# Completion of ottokit-tiktok for bash. To install it, add this line to ~/.bashrc:
#   source <(ottokit-tiktok completion bash)
# or, where bash is 3.2 as on macOS, which reads nothing that way:
#   eval "$(ottokit-tiktok completion bash)"

_ottokit_tiktok_profiles() {
  ${listProfiles}
}

_ottokit_tiktok() {
  local IFS=$' \\t\\n' word i joined='' current before command='' count=0 flag='' given=' ' words='' flags=''
  local -a line
  COMPREPLY=()

  # The line as it was typed: bash splits words at = and : too.
  line=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 1)) && [[ -n $joined || $word == [=:]* ]]; then
      line[\${#line[@]} - 1]+=$word
    else
      line+=("$word")
    fi
    joined=
    [[ $word == [=:]* ]] && joined=yes
  done

  # What comes before the word to complete.
  for ((i = 0; i < \${#line[@]} - 1; i++)); do
    word=\${line[i]}
    if [[ -n $flag ]]; then
      flag=
      continue
    fi
    given+="\${word%%=*} "
    case $word in
      ${[...valueFlags(cli).keys()].join(' | ')}) flag=$word ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; else ((count++)); fi ;;
    esac
  done

  current=\${line[i]}
  [[ -z $flag && $current == --*=* ]] && flag=\${current%%=*}
  case $flag in
${valueArms(cli)}
    '')
      case $command in
${commandArms(cli)}
      esac
      [[ $current == -* || -z $words ]] && words=$flags
      ;;
  esac

  before=\${current%"$2"}
  for word in $words; do
    [[ -z $flag && $given == *" $word "* ]] && continue
    [[ $current == "$flag="* ]] && word=$flag=$word
    [[ $word == "$current"* ]] && COMPREPLY+=("\${word#"$before"}")
  done
}

if type compopt >/dev/null 2>&1; then
  complete -F _ottokit_tiktok ottokit-tiktok
else
  complete -o default -F _ottokit_tiktok ottokit-tiktok
fi`;
}

function valueArms(cli: CliOutline): string {
  return [...valueFlags(cli)]
    .map(([long, { from }]) => ({ long, body: valueBody(from) }))
    .filter(({ body }) => body !== '')
    .map(({ long, body }) => `    ${long}) ${body} ;;`)
    .join('\n');
}

function valueBody(from: ValueOutline['from']): string {
  if (from === 'nothing') return '';
  if (from === 'profiles') return 'words=$(_ottokit_tiktok_profiles)';
  // Readline's own file names, which it quotes itself.
  if (from === 'files') return 'compopt -o default 2>/dev/null';
  return `words=${singleQuoted(from.join(' '))}`;
}

function commandArms({ flags, commands }: CliOutline): string {
  return [
    commandArm('', flags, { from: commands.map(({ name }) => name), several: true }),
    ...commands.map(({ name, flags: own, words }) => commandArm(name, own, words)),
  ].join('\n');
}

function commandArm(
  name: string,
  flags: readonly FlagOutline[],
  words?: Pick<WordsOutline, 'from' | 'several'>,
): string {
  const inCommand = [
    ...(words === undefined ? [] : [`${words.several ? '' : '((count)) || '}${valueBody(words.from) || 'words='}`]),
    `flags=${singleQuoted(flags.map(({ long }) => long).join(' '))}`,
    ';;',
  ];
  return `        ${singleQuoted(name)})\n${inCommand.map((line) => `          ${line}`).join('\n')}`;
}
