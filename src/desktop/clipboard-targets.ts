import { setTimeout as sleep } from 'node:timers/promises';
import type { ClipboardPrograms } from './clipboard-programs.ts';
import { run, type ProgramSettings } from './run-program.ts';
import type { Env } from '../ground/env.ts';
import type { TerminalOutput } from '../ground/streams.ts';

/** One clipboard. None of its methods rejects. */
export interface ClipboardTarget {
  readonly by: 'system' | 'terminal';
  readonly put: (text: string) => Promise<boolean>;
  /** `null` if that can't be determined. */
  readonly holds: (text: string) => Promise<boolean | null>;
  readonly empty: () => Promise<unknown>;
}

/** The system's clipboard, through programs that read and write it. */
export function systemClipboard(programs: ClipboardPrograms, settings: ProgramSettings): ClipboardTarget {
  const { copy, read, clear = copy, isLate = false } = programs;
  const holds = async (text: string, limit = settings.limit): Promise<boolean | null> => {
    const held = await run(read, '', { ...settings, limit }, 'pipe');
    return held === null ? null : held.printed.replace(/\r?\n$/, '') === text;
  };
  const arrives = async (text: string): Promise<boolean> => {
    const end = performance.now() + settings.limit;
    // A program that reads the clipboard while its owner changes may hang, so it is killed and started again.
    while (!(await holds(text, settings.limit / 4))) {
      if (performance.now() > end) return false;
      await sleep(20);
    }
    return true;
  };
  return {
    by: 'system',
    put: async (text) => (await run(copy, text, settings))?.exitCode === 0 && (!isLate || (await arrives(text))),
    holds,
    empty: () => run(clear, '', settings),
  };
}

/**
 * OSC 52 asks the terminal to set the clipboard (XTerm Control Sequences, "Manipulate Selection Data"). Many terminals
 * do it, some only if configured to. None of them confirms it, and we can't read the clipboard back.
 */
export function terminalClipboard(stderr: TerminalOutput): ClipboardTarget {
  const put = (text: string): Promise<boolean> => {
    stderr.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    return Promise.resolve(true);
  };
  return {
    by: 'terminal',
    put,
    holds: () => Promise.resolve(null),
    // Some terminals ignore an empty text, so they get a space.
    empty: () => put(' ').then(() => put('')),
  };
}

/** Whether OSC 52 is safe here: a terminal that doesn't know it would print it, with the secret. */
export function understandsOsc52(env: Env, stderr: TerminalOutput): boolean {
  const terminal = env['TERM'] ?? '';
  return stderr.isTTY === true && !/^(?:|unknown|(?:dumb|linux|ansi|cons25|eterm|sun|vt\d|wsvt).*)$/u.test(terminal);
}
