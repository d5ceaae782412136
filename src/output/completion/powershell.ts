import { valueFlags, type CommandOutline, type Offer } from './outline.ts';

/** The script for PowerShell 5.1 and later, on every system. */
export function powershellCompletion(cli: readonly CommandOutline[]): string {
  return String.raw`# Completion of ottokit-tiktok for PowerShell. To install it, add this line to $PROFILE:
#   ottokit-tiktok completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ottokit-tiktok -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $values = @{
${[...valueFlags(cli)].map(([long, offer]) => `    ${quoted(long)} = ${offered(offer)}`).join('\n')}
  }
  $commands = @{
${cli.map(commandLine).join('\n')}
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

const commandLine = ({ name, flags, words }: CommandOutline): string =>
  `    ${quoted(name)} = @{ Flags = ${list(flags.map(({ long }) => long))}; Words = ${offered(words.offer)} }`;

/** A script block, so that profiles are only listed to complete one. PowerShell offers files where there is nothing. */
function offered(offer: Offer): string {
  if (offer === 'profiles')
    return '{ (ottokit-tiktok status --json 2>$null | Out-String | ConvertFrom-Json).profiles | ForEach-Object { $_.profile } }';
  return offer === 'files' ? '{ }' : `{ ${list(offer)} }`;
}

const list = (words: readonly string[]): string => `@(${words.map(quoted).join(', ')})`;

/** Within PowerShell's single quotes only the quote itself is special. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
