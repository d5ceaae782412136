import type { Env } from '../ground/env.ts';
import { isDumb, type TerminalInput, type TerminalOutput } from '../ground/streams.ts';

/**
 * Bracketed paste: the terminal marks the beginning and end of a paste, so that a line break in it isn't read as Enter.
 */
export const markPastes = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

export const showCursor = '\u001b[?25h';

/** Restores the terminal, however the program ends. Writes synchronously. */
export function restoreTerminal(terminal: { stdin: TerminalInput; stderr: TerminalOutput; env: Env }): void {
  const { stdin, stderr, env } = terminal;
  if (stdin.isTTY === true) stdin.setRawMode?.(false);
  if (stderr.isTTY === true && !isDumb(env)) stderr.write(`${showCursor}${markPastes.off}`);
}
