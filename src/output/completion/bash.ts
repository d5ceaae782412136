import { listProfiles, singleQuoted, valueFlags, type CommandOutline, type Offer } from './outline.ts';

/**
 * The script for bash 3.2 (macOS) and later. It doesn't need the package bash-completion. Bash has two pitfalls: it
 * splits `COMP_WORDS` at `=` and `:` too, so a completion replaces only `$2`, the part of the word after the last of
 * them; and 3.2 has no `compopt`.
 */
export function bashCompletion(cli: readonly CommandOutline[]): string {
  return `# Completion of ottokit-tiktok for bash. To install it, add this line to ~/.bashrc:
#   source <(ottokit-tiktok completion bash)
# or, where bash is 3.2 as on macOS, which reads nothing that way:
#   eval "$(ottokit-tiktok completion bash)"

_ottokit_tiktok_profiles() {
  ${listProfiles}
}

_ottokit_tiktok() {
  local IFS=$' \\t\\n' word i joined='' current before command='' count=0 flag='' words='' flags=''
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
    case $word in
      ${[...valueFlags(cli).keys()].join(' | ')}) flag=$word ;;
      [\\<\\>]* | '&>'*) flag='>' ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; else ((count++)); fi ;;
    esac
  done

  # Without an opening quote, which isn't part of $2 either.
  current=\${line[i]/[\\'\\"]/}
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
