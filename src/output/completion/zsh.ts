import {
  listProfiles,
  singleQuoted,
  type CliOutline,
  type CommandOutline,
  type FlagOutline,
  type ValueOutline,
  type WordsOutline,
} from './outline.ts';

/** The script for zsh: to be sourced, or saved as a file `_ottokit-tiktok` in `$fpath`. It loads compinit where it is absent. */
export function zshCompletion({ flags, commands }: CliOutline): string {
  return `#compdef ottokit-tiktok
# Completion of ottokit-tiktok for zsh. To install it, add this line to ~/.zshrc:
#   source <(ottokit-tiktok completion zsh)
# or save it as _ottokit-tiktok in a directory of $fpath.

_ottokit-tiktok_profiles() {
  local -a names
  names=(\${(f)"$(${listProfiles})"})
  (($#names)) && compadd "$@" -a names
}

# Offers those of its arguments that are not on the line yet.
_ottokit-tiktok_others() {
  local -a expl given
  given=(\${line:#\${words[CURRENT]}})
  _wanted others expl other compadd -- \${argv:|given}
}

_ottokit-tiktok() {
  local curcontext=$curcontext state line ret=1
  local -A opt_args
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${singleQuoted(`${name}:${escaped(description)}`)}`).join('\n')}
  )
${argumentsCall(['1:command:->command', '*::argument:->argument', ...flags.map(flagSpec)], '  ')}
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    argument)
      case $words[1] in
${commands.map(commandArm).join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _ottokit-tiktok ]]; then
  _ottokit-tiktok "$@"
else
  (($+functions[compdef])) || { autoload -Uz compinit && compinit -i; }
  compdef _ottokit-tiktok ottokit-tiktok
fi`;
}

function commandArm({ name, flags, words }: CommandOutline): string {
  const specs = [...flags.map(flagSpec), ...(words === undefined ? [] : [wordsSpec(words)])];
  return `        ${name})\n${argumentsCall(specs, '          ')}\n          ;;`;
}

function argumentsCall(specs: readonly string[], indent: string): string {
  const lines = ['_arguments -C', ...specs.map((spec) => `  ${singleQuoted(spec)}`)];
  return `${lines.map((line) => indent + line).join(' \\\n')} && ret=0`;
}

/** `--region=[where the shop is]:region:(us row)`: with the `=`, the value may follow it or be the next word. */
function flagSpec({ long, description, value }: FlagOutline): string {
  const shown = `[${escaped(description)}]`;
  return value === undefined ? `${long}${shown}` : `${long}=${shown}:${value.name}:${action(value.from)}`;
}

function action(from: ValueOutline['from']): string {
  if (from === 'nothing') return ' ';
  if (from === 'files') return '_files';
  if (from === 'profiles') return '_ottokit-tiktok_profiles';
  return `(${from.join(' ')})`;
}

/** An action that begins with a space is called with just the words after it. */
function wordsSpec({ name, from, several }: WordsOutline): string {
  return several && typeof from !== 'string'
    ? `*:${name}: _ottokit-tiktok_others ${from.join(' ')}`
    : `1:${name}:${action(from)}`;
}

/** What `_arguments` and `_describe` would take for their own signs. */
const escaped = (description: string): string => description.replace(/[\\[\]:]/g, String.raw`\$&`);
