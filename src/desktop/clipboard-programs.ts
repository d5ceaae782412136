import { given, isRemote, type Env } from '../ground/env.ts';
import type { Command } from './run-program.ts';

export interface ClipboardPrograms {
  readonly copy: Command;
  readonly read: Command;
  readonly clear?: Command;
  /** In milliseconds for each program; 2 seconds if omitted. */
  readonly timeoutMs?: number;
  /** Whether `copy` may exit before the text is on the clipboard, because it leaves the work to another process. */
  readonly isLate?: boolean;
}

/** The best comes first. Uses full paths where possible, because Windows searches the current directory first. */
export function clipboardPrograms(env: Env, platform: NodeJS.Platform): readonly ClipboardPrograms[] {
  const forDisplay = [...(given(env, 'WAYLAND_DISPLAY') ? wayland : []), ...(given(env, 'DISPLAY') ? x11 : [])];
  // Over ssh, this computer's clipboard isn't the user's, unless a display is set.
  if (isRemote(env)) return forDisplay;
  if (platform === 'darwin') return macos;
  if (platform === 'win32') return [powershell(`${env['SYSTEMROOT'] ?? 'C:\\Windows'}\\${powershellPath.join('\\')}`)];
  return given(env, 'WSL_DISTRO_NAME')
    ? [powershell(`/mnt/c/Windows/${powershellPath.join('/')}`), ...forDisplay]
    : forDisplay;
}

const macos: readonly ClipboardPrograms[] = [{ copy: ['/usr/bin/pbcopy'], read: ['/usr/bin/pbpaste'] }];

const wayland: readonly ClipboardPrograms[] = [
  { copy: ['wl-copy', '--type', 'text/plain'], read: ['wl-paste', '--no-newline'], clear: ['wl-copy', '--clear'] },
];

const xclip = ['xclip', '-selection', 'clipboard'] as const;
const xsel = ['xsel', '--clipboard'] as const;
const x11: readonly ClipboardPrograms[] = [
  { copy: [...xclip, '-in'], read: [...xclip, '-out'], isLate: true },
  { copy: [...xsel, '--input'], read: [...xsel, '--output'], clear: [...xsel, '--clear'], isLate: true },
];

const powershellPath = ['System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe'];

/**
 * Asks Windows to keep the text out of the clipboard history and the cloud clipboard
 * (https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats, "Cloud Clipboard and Clipboard History
 * Formats"). `$true` keeps the text after PowerShell exits. Windows Forms needs `-STA`.
 */
const copyUnrecorded = `[Console]::InputEncoding = [Text.Encoding]::UTF8
$text = [Console]::In.ReadToEnd()
Add-Type -AssemblyName System.Windows.Forms
if ($text -eq '') { [Windows.Forms.Clipboard]::Clear(); exit }
$data = New-Object Windows.Forms.DataObject
$data.SetText($text)
$no = { New-Object IO.MemoryStream (,[byte[]](0, 0, 0, 0)) }
$data.SetData('ExcludeClipboardContentFromMonitorProcessing', (& $no))
$data.SetData('CanIncludeInClipboardHistory', (& $no))
$data.SetData('CanUploadToCloudClipboard', (& $no))
[Windows.Forms.Clipboard]::SetDataObject($data, $true, 10, 100)`;

/** We use PowerShell rather than `clip.exe`, which can't keep a secret out of the history. */
function powershell(program: string): ClipboardPrograms {
  const command = (script: string): Command => {
    const encoded = Buffer.from(script, 'utf16le').toString('base64');
    return [program, '-NoProfile', '-NonInteractive', '-STA', '-EncodedCommand', encoded];
  };
  const read = command('[Console]::OutputEncoding = [Text.Encoding]::UTF8\nGet-Clipboard -Raw');
  // With a virus scanner, PowerShell's first start takes several seconds.
  return { copy: command(copyUnrecorded), read, timeoutMs: 10_000 };
}
