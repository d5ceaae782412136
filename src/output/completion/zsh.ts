import { listProfiles, singleQuoted, type CommandOutline, type FlagOutline, type Offer } from './outline.ts';

/** Returns a script to source or to save in `$fpath`. When sourced, it loads compinit if nothing else has. */
export function zshCompletion([first, ...commands]: readonly CommandOutline[]): string {
  return `#compdef ottokit-tiktok
# Zsh completion for ottokit-tiktok. To install it, add this line to ~/.zshrc:
#   source <(ottokit-tiktok completion zsh)
# or save it as _ottokit-tiktok in a directory of $fpath.

_ottokit-tiktok_profiles() {
  local -a names
  names=(\${(f)"$(${listProfiles})"})
  (($#names)) && compadd "$@" -a names
}

_ottokit-tiktok() {
  local curcontext=$curcontext state line ret=1
  local -A opt_args
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${singleQuoted(`${name}:${escaped(description)}`)}`).join('\n')}
  )
${argumentsCall(['1:command:->command', '*::argument:->argument', ...(first?.flags.map(flagSpec) ?? [])], '  ')}
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

function commandArm({ name, flags, words, several }: CommandOutline): string {
  const specs = [
    ...flags.map(flagSpec),
    ...words.map(({ name: word, offer }, index) => `${several ? '*' : String(index + 1)}:${word}:${action(offer)}`),
  ];
  return `        ${name})\n${argumentsCall(specs, '          ')}\n          ;;`;
}

function argumentsCall(specs: readonly string[], indent: string): string {
  const lines = ['_arguments -C', ...specs.map((spec) => `  ${singleQuoted(spec)}`)];
  return `${lines.map((line) => indent + line).join(' \\\n')} && ret=0`;
}

/** Returns `--region=[where the shop is]:region:(us row)`. The `=` allows both `--region=us` and `--region us`. */
function flagSpec({ long, description, offer }: FlagOutline): string {
  const shown = `[${escaped(description)}]`;
  return offer === undefined ? `${long}${shown}` : `${long}=${shown}:${long.slice(2)}:${action(offer)}`;
}

function action(offer: Offer): string {
  if (offer === 'files') return '_files';
  if (offer === 'profiles') return '_ottokit-tiktok_profiles';
  return offer.length === 0 ? ' ' : `(${offer.join(' ')})`;
}

/** Escapes characters that `_arguments` and `_describe` would read as their own syntax. */
const escaped = (description: string): string => description.replace(/[\\[\]:]/g, String.raw`\$&`);
