import { listProfiles, singleQuoted, valueFlags, type CommandOutline, type Offer } from './outline.ts';

/**
 * Returns the script for bash 3.2 (macOS) and later. It doesn't need the bash-completion package. Bash splits words at
 * `=`, `:` and `@` too, so a completion replaces only `$2`, the part after the last of them. Bash 3.2 has no `compopt`.
 */
export function bashCompletion(cli: readonly CommandOutline[]): string {
  return `# Bash completion for ottokit-tiktok. To install it, add this line to ~/.bashrc:
#   source <(ottokit-tiktok completion bash)
# On macOS, where bash 3.2 can't do that, add this line instead:
#   eval "$(ottokit-tiktok completion bash)"

_ottokit_tiktok_profiles() {
  ${listProfiles}
}

_ottokit_tiktok() {
  local IFS=$' \\t\\n' word i rest=$COMP_LINE current before command='' count=0 flag='' words='' flags=''
  local -a line
  COMPREPLY=()

  # Rebuild the words as typed, because bash also splits them at =, : and @.
  line=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $i == 0 || $rest == [[:space:]]* ]]; then line+=("$word"); else line[\${#line[@]} - 1]+=$word; fi
    rest=\${rest#*"$word"}
  done

  # Read the words before the cursor.
  for ((i = 1; i < \${#line[@]} - 1; i++)); do
    word=\${line[i]}
    if [[ -n $flag ]]; then flag=''; continue; fi
    case $word in
      ${[...valueFlags(cli).keys()].join(' | ')}) flag=$word ;;
      *[\\<\\>]) flag='>' ;;
      -* | *[\\<\\>]*) ;;
      *) if [[ -z $command ]]; then command=$word; else ((count++)); fi ;;
    esac
  done

  # Drop an opening quote, because $2 doesn't include it.
  current=\${line[i]/[\\'\\"]/}
  [[ $current == *[\\<\\>]* ]] && flag='>'
  [[ -z $flag && $current == --*=* ]] && flag=\${current%%=*}
  case $flag in
${[...valueFlags(cli)].map(([long, offer]) => `    ${long}) ${offered(offer)} ;;`).join('\n')}
    '>') ${offered('files')} ;;
    '')
      case $command in
${cli.map(commandArm).join('\n')}
      esac
      [[ $current == -* || -z $words ]] && words=$flags
      ;;
  esac

  before=\${current%"$2"}
  for word in $words; do
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

function offered(offer: Offer): string {
  if (offer === 'profiles') return 'words=$(_ottokit_tiktok_profiles)';
  // Readline completes file names and quotes them itself.
  if (offer === 'files') return 'compopt -o default 2>/dev/null';
  return `words=${singleQuoted(offer.join(' '))}`;
}

function commandArm({ name, flags, words, several }: CommandOutline): string {
  const place = (index: number): string => (several ? '' : `((count == ${String(index)})) && `);
  return [
    `        ${singleQuoted(name)})`,
    ...words.map(({ offer }, index) => `          ${place(index)}${offered(offer)}`),
    `          flags=${singleQuoted(flags.map(({ long }) => long).join(' '))}`,
    '          ;;',
  ].join('\n');
}
