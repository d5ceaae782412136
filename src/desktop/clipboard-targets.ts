import { setTimeout as sleep } from 'node:timers/promises';
import type { ClipboardPrograms } from './clipboard-programs.ts';
import { output, run, type ProgramSettings } from './run-program.ts';
import type { Env } from '../ground/env.ts';
import type { TerminalOutput } from '../ground/streams.ts';

/** One clipboard. None of it rejects. */
export interface ClipboardTarget {
  readonly by: 'system' | 'terminal';
  put(text: string): Promise<boolean>;
  /** `null`: not known. */
  holds(text: string): Promise<boolean | null>;
  empty(): Promise<unknown>;
}

/** Filled by a program of the system. */
export function systemClipboard(programs: ClipboardPrograms, settings: ProgramSettings): ClipboardTarget {
  const { copy, read, clear, asciiOnly = false, isLate = false } = programs;
  const holds = async (text: string, limit = settings.limit): Promise<boolean | null> => {
    const held = await output(read, { ...settings, limit });
    return held === null ? null : held.replace(/\r?\n$/, '') === text;
  };
  const arrives = async (text: string): Promise<boolean> => {
    const end = performance.now() + settings.limit;
    // A reader that asks while the clipboard changes hands may never get an answer, so it is killed and tries again.
    while (!(await holds(text, settings.limit / 4))) {
      if (performance.now() > end) return false;
      await sleep(20);
    }
    return true;
  };
  return {
    by: 'system',
    put: async (text) => {
      if (asciiOnly && /[^\n\r\t -~]/u.test(text)) return false;
      return (await run(copy, text, settings)) && (!isLate || (await arrives(text)));
    },
    holds: (text) => holds(text),
    empty: () => run(clear, '', settings),
  };
}

/**
 * OSC 52: the terminal is asked to fill the clipboard (XTerm Control Sequences, "Manipulate Selection Data"). Many do,
 * some only when allowed to, and none reports it. It can't be read back, so it is assumed to hold what was put there last.
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
    // Some ignore an empty text; those keep a space.
    empty: () => put(' ').then(() => put('')),
  };
}

/** A terminal that does not know the sequence would print it, and the secret in it. */
export function understandsOsc52(env: Env, stderr: TerminalOutput): boolean {
  const terminal = env['TERM'] ?? '';
  return stderr.isTTY === true && !/^(?:|dumb|unknown|linux|ansi|cons25|eterm.*|vt\d+)$/u.test(terminal);
}
