import { valueFlags, type CommandOutline, type Offer } from './outline.ts';

/** For PowerShell 5.1 and later, on every system. */
export function powershellCompletion(cli: readonly CommandOutline[]): string {
  return String.raw`# PowerShell completion for ottokit-tiktok. To install it, add this line to $PROFILE:
#   ottokit-tiktok completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ottokit-tiktok -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $values = @{
${[...valueFlags(cli)].map(([long, offer]) => `    ${quoted(long)} = ${offered(offer)}`).join('\n')}
  }
  $commands = @{
${cli.map(commandLine).join('\n')}
  }
  # Read the words before the cursor.
  $given = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $command = ''
  $count = 0
  $flag = ''
  foreach ($word in $given) {
    if ($flag) { $flag = ''; continue }
    if ($values.ContainsKey($word)) { $flag = $word }
    elseif (-not $word.StartsWith('-')) { if ($command) { $count++ } else { $command = $word } }
  }
  $prefix = ''
  if (-not $flag -and $wordToComplete -match '^(--[^=]+)=') {
    $flag = $Matches[1]
    $prefix = "$flag="
  }
  $offers = @()
  if ($flag) {
    if ($values.ContainsKey($flag)) { $offers = @(& $values[$flag]) }
  }
  elseif ($commands.ContainsKey($command)) {
    $outline = $commands[$command]
    if ($outline.Several) { $count = 0 }
    if ($count -lt $outline.Words.Count) { $offers = @(& $outline.Words[$count]) }
    if ($wordToComplete.StartsWith('-') -or $offers.Count -eq 0) { $offers = $outline.Flags }
  }
  $offers | Where-Object { $_ } |
    Where-Object { "$prefix$_".StartsWith($wordToComplete, [System.StringComparison]::OrdinalIgnoreCase) } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new("$prefix$_") }
}`;
}

function commandLine({ name, flags, words, several }: CommandOutline): string {
  const offers = words.map(({ offer }) => offered(offer)).join(', ');
  return `    ${quoted(name)} = @{ Flags = ${list(flags.map(({ long }) => long))}; Words = @(${offers}); Several = $${String(several)} }`;
}

/** Returns a script block, so that profiles are listed only when needed. If it's empty, PowerShell suggests files. */
function offered(offer: Offer): string {
  if (offer === 'profiles')
    return '{ (ottokit-tiktok status --json 2>$null | Out-String | ConvertFrom-Json).profiles | ForEach-Object { $_.profile } }';
  return `{ ${list(offer === 'files' ? [] : offer)} }`;
}

const list = (words: readonly string[]): string => `@(${words.map(quoted).join(', ')})`;

/** Within PowerShell's single quotes, only the quote itself is special. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
