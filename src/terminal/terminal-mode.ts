import { isDumb, type Env } from '../ground/env.ts';
import type { TerminalInput, TerminalOutput } from '../ground/streams.ts';

/** This program's process: its terminal, and what control keys and a shell's job control do to it. */
export type OwnProcess = Pick<NodeJS.Process, 'platform' | 'kill' | 'on' | 'emit'> & {
  readonly stdin: TerminalInput;
  readonly stderr: TerminalOutput;
};

type OnTerminal = Readonly<{ own: Pick<OwnProcess, 'stdin' | 'stderr'>; env: Env }>;

/** Bracketed paste: the terminal marks where a paste begins and ends, so that a line break in it isn't read as Enter. */
const markPastes = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

export const showCursor = '\u001b[?25h';

/** Makes the terminal pass on every key unseen and mark pastes, which a dumb one can't. */
export function takeTerminal({ own: { stdin, stderr }, env }: OnTerminal): void {
  // Turned off first, because a shell may have changed the mode, and Node doesn't set a mode that it considers set.
  stdin.setRawMode?.(false);
  stdin.setRawMode?.(true);
  if (!isDumb(env)) stderr.write(markPastes.on);
}

/** Restores the terminal for a shell. Writes synchronously. */
export function restoreTerminal({ own: { stdin, stderr }, env }: OnTerminal): void {
  if (stdin.isTTY === true) stdin.setRawMode?.(false);
  if (stderr.isTTY === true && !isDumb(env)) stderr.write(`${showCursor}${markPastes.off}`);
}
