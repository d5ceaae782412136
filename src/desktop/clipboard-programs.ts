import type { Command } from './run-program.ts';
import type { Env } from '../ground/env.ts';

/** How one of the system's clipboards is used. */
export interface ClipboardPrograms {
  /** Takes the text from stdin. */
  readonly copy: Command;
  /** Prints what the clipboard holds. */
  readonly read: Command;
  /** Gets nothing on stdin. */
  readonly clear: Command;
  /** Whether it mistakes any character beyond ASCII for another. */
  readonly asciiOnly?: boolean;
  /** Whether `copy` ends before the text is there: it leaves that to a process of its own. */
  readonly isLate?: boolean;
}

/**
 * The clipboards that may be there, best first. A program is known by its whole path where the system has one for it:
 * Windows looks in the current directory first, where anybody may have put another of that name.
 */
export function clipboardPrograms(env: Env, platform: NodeJS.Platform): readonly ClipboardPrograms[] {
  const isRemote = [env['SSH_CONNECTION'], env['SSH_TTY']].some(isSet);
  const ofScreen = [...(isSet(env['WAYLAND_DISPLAY']) ? wayland : []), ...(isSet(env['DISPLAY']) ? x11 : [])];
  // The clipboard of a computer at the other end of ssh is not the person's; a screen that is set there is.
  if (isRemote) return ofScreen;
  if (platform === 'darwin') return macos;
  if (platform === 'win32')
    return windows(`${env['SystemRoot'] ?? env['SYSTEMROOT'] ?? 'C:\\Windows'}\\System32\\`, '\\');
  return isSet(env['WSL_DISTRO_NAME']) ? [...windows('/mnt/c/Windows/System32/', '/'), ...ofScreen] : ofScreen;
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

const macos: readonly ClipboardPrograms[] = [
  { copy: ['/usr/bin/pbcopy'], read: ['/usr/bin/pbpaste'], clear: ['/usr/bin/pbcopy'] },
];

const wayland: readonly ClipboardPrograms[] = [
  { copy: ['wl-copy', '--type', 'text/plain'], read: ['wl-paste', '--no-newline'], clear: ['wl-copy', '--clear'] },
];

const x11: readonly ClipboardPrograms[] = [
  {
    copy: ['xclip', '-selection', 'clipboard', '-in'],
    read: ['xclip', '-selection', 'clipboard', '-out'],
    clear: ['xclip', '-selection', 'clipboard', '-in'],
    isLate: true,
  },
  {
    copy: ['xsel', '--clipboard', '--input'],
    read: ['xsel', '--clipboard', '--output'],
    clear: ['xsel', '--clipboard', '--clear'],
    isLate: true,
  },
];

/** `system32` ends with the separator. */
function windows(system32: string, separator: string): readonly ClipboardPrograms[] {
  const clip: Command = [`${system32}clip.exe`];
  const powershell = `${system32}${['WindowsPowerShell', 'v1.0', 'powershell.exe'].join(separator)}`;
  const read: Command = [powershell, '-NoProfile', '-NonInteractive', '-Command', 'Get-Clipboard -Raw'];
  return [{ copy: clip, read, clear: clip, asciiOnly: true }];
}
