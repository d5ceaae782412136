import { valueFlags, type CliOutline, type ValueOutline } from './outline.ts';

/** The script for PowerShell 5.1 and later, on every system. */
export function powershellCompletion(cli: CliOutline): string {
  return String.raw`# Completion of ottokit-tiktok for PowerShell. To install it, add this line to $PROFILE:
#   ottokit-tiktok completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ottokit-tiktok -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $values = @{
${[...valueFlags(cli)].map(([long, { from }]) => `    ${quoted(long)} = ${offered(from)}`).join('\n')}
  }
  $commands = @{
${[{ name: '', flags: cli.flags, words: { from: cli.commands.map(({ name }) => name) } }, ...cli.commands]
  .map(({ name, flags, words }) => commandLine(name, flags, words?.from ?? 'nothing'))
  .join('\n')}
  }
  $given = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $command = ''
  $flag = ''
  foreach ($word in $given) {
    if ($flag) { $flag = '' }
    elseif ($values.ContainsKey($word)) { $flag = $word }
    elseif (-not $command -and -not $word.StartsWith('-')) { $command = $word }
  }
  $prefix = ''
  if (-not $flag -and $wordToComplete -match '^(--[^=]+)=') {
    $flag = $Matches[1]
    $prefix = "$flag="
  }
  if ($flag) { $offers = if ($values.ContainsKey($flag)) { & $values[$flag] } else { @() } }
  elseif (-not $commands.ContainsKey($command)) { $offers = @() }
  elseif ($wordToComplete.StartsWith('-')) { $offers = $commands[$command].Flags }
  else { $offers = & $commands[$command].Words }
  $offers | Where-Object { $_ -and $given -notcontains $_ -and "$prefix$_".StartsWith($wordToComplete) } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new("$prefix$_") }
}`;
}

const commandLine = (name: string, flags: readonly { readonly long: string }[], from: ValueOutline['from']): string =>
  `    ${quoted(name)} = @{ Flags = ${list(flags.map(({ long }) => long))}; Words = ${offered(from)} }`;

/** A script block, so that profiles are listed only where one is completed. Nothing offered: PowerShell offers files. */
function offered(from: ValueOutline['from']): string {
  if (from === 'profiles')
    return '{ (ottokit-tiktok status --json 2>$null | Out-String | ConvertFrom-Json).profiles | ForEach-Object { $_.profile } }';
  return from === 'files' || from === 'nothing' ? '{ }' : `{ ${list(from)} }`;
}

const list = (words: readonly string[]): string => `@(${words.map(quoted).join(', ')})`;

/** Within PowerShell's single quotes only the quote itself means something. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
