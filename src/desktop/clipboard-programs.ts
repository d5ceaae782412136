import { given, isRemote, type Env } from '../ground/env.ts';
import type { Command } from './run-program.ts';

/** How to use one of the system's clipboards. */
export interface ClipboardPrograms {
  /** Reads the text from stdin. */
  readonly copy: Command;
  /** Prints the clipboard's contents. */
  readonly read: Command;
  /** Clears the clipboard. If omitted, `copy` with empty input does. */
  readonly clear?: Command;
  /** The time limit for each program, in milliseconds; 2 seconds if omitted. */
  readonly timeoutMs?: number;
  /** Whether the program garbles non-ASCII characters. */
  readonly asciiOnly?: boolean;
  /** Whether `copy` ends before the text is on the clipboard, because another process does the work. */
  readonly isLate?: boolean;
}

/**
 * The clipboards that may exist, best first. Uses full paths where possible, because Windows searches the current
 * directory first, where anyone may have put a program with that name.
 */
export function clipboardPrograms(env: Env, platform: NodeJS.Platform): readonly ClipboardPrograms[] {
  const ofScreen = [...(given(env, 'WAYLAND_DISPLAY') ? wayland : []), ...(given(env, 'DISPLAY') ? x11 : [])];
  // With ssh, this computer's clipboard isn't the person's, unless a display is set.
  if (isRemote(env)) return ofScreen;
  if (platform === 'darwin') return macos;
  if (platform === 'win32') return windows(`${env['SYSTEMROOT'] ?? 'C:\\Windows'}\\System32\\`, '\\');
  return given(env, 'WSL_DISTRO_NAME') ? [...windows('/mnt/c/Windows/System32/', '/'), ...ofScreen] : ofScreen;
}

const macos: readonly ClipboardPrograms[] = [{ copy: ['/usr/bin/pbcopy'], read: ['/usr/bin/pbpaste'] }];

const wayland: readonly ClipboardPrograms[] = [
  { copy: ['wl-copy', '--type', 'text/plain'], read: ['wl-paste', '--no-newline'], clear: ['wl-copy', '--clear'] },
];

const x11: readonly ClipboardPrograms[] = [
  {
    copy: ['xclip', '-selection', 'clipboard', '-in'],
    read: ['xclip', '-selection', 'clipboard', '-out'],
    isLate: true,
  },
  {
    copy: ['xsel', '--clipboard', '--input'],
    read: ['xsel', '--clipboard', '--output'],
    clear: ['xsel', '--clipboard', '--clear'],
    isLate: true,
  },
];

/** PowerShell starts slowly: the first start takes several seconds with a virus scanner. */
const powershellTimeoutMs = 10_000;

/**
 * Copies a text and asks Windows to keep it out of the clipboard history and the cloud clipboard
 * (https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats, "Cloud Clipboard and Clipboard History
 * Formats"). `$true` keeps the text on the clipboard after PowerShell ends. Windows Forms needs `-STA`.
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

/** PowerShell, which can keep a secret out of the history; `clip.exe` if PowerShell isn't allowed. */
function windows(system32: string, separator: string): readonly ClipboardPrograms[] {
  const program = `${system32}${['WindowsPowerShell', 'v1.0', 'powershell.exe'].join(separator)}`;
  const powershell = (script: string): Command => {
    const encoded = Buffer.from(script, 'utf16le').toString('base64');
    return [program, '-NoProfile', '-NonInteractive', '-STA', '-EncodedCommand', encoded];
  };
  const read = powershell('[Console]::OutputEncoding = [Text.Encoding]::UTF8\nGet-Clipboard -Raw');
  return [
    { copy: powershell(copyUnrecorded), read, timeoutMs: powershellTimeoutMs },
    { copy: [`${system32}clip.exe`], read, asciiOnly: true, timeoutMs: powershellTimeoutMs },
  ];
}
