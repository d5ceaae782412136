import { sleep } from '../ground/clock.ts';
import type { Env } from '../ground/env.ts';
import type { Clipboard, Copied, TerminalOutput } from '../ground/io.ts';
import { Secret } from '../ground/secret.ts';
import { clipboardPrograms, type ClipboardPrograms } from './clipboard-programs.ts';
import { run, type ProgramSettings } from './run-program.ts';

export interface ClipboardSettings {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly stderr: TerminalOutput;
  /** Overrides each program's own timeout, in milliseconds. */
  readonly limit?: number;
}

/** Copies through the terminal, even over ssh, if no program can. If ottokit-tiktok is killed, a secret stays there. */
export function makeClipboard(settings: ClipboardSettings): Clipboard {
  const { env, platform, stderr } = settings;
  const targets: readonly ClipboardTarget[] = [
    ...clipboardPrograms(env, platform).map((programs) =>
      systemClipboard(programs, { env, platform, limit: settings.limit ?? programs.timeoutMs ?? 2_000 }),
    ),
    ...(understandsOsc52(env, stderr) ? [terminalClipboard(stderr)] : []),
  ];
  /** The secret to clear, and every clipboard that may contain it, even one that reported a failure. */
  let copied: { readonly secret: string; readonly tried: readonly ClipboardTarget[] } | null = null;
  // Run one task at a time, so that clearing a secret doesn't clear text that was copied in the meantime.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn;
    return turn;
  };

  const copy = async (text: string, isSecret: boolean): Promise<Copied> => {
    const tried: ClipboardTarget[] = [];
    if (isSecret) copied = { secret: text, tried };
    for (const target of targets) {
      tried.push(target);
      if (!(await target.put(text))) continue;
      if (!isSecret) copied = null;
      return { copied: true, by: target.by };
    }
    return { copied: false };
  };
  const clear = async (): Promise<void> => {
    if (copied === null) return;
    const { secret, tried } = copied;
    copied = null;
    for (const target of tried) await target.remove(secret);
  };
  return {
    copy: (text) => inTurn(() => (text instanceof Secret ? copy(text.reveal(), true) : copy(text, false))),
    clear: () => inTurn(clear),
  };
}

/** One clipboard. None of its methods rejects. */
interface ClipboardTarget {
  readonly by: 'system' | 'terminal';
  readonly put: (text: string) => Promise<boolean>;
  /** Clears the clipboard, unless we can tell that it contains something else. */
  readonly remove: (text: string) => Promise<unknown>;
}

function systemClipboard(programs: ClipboardPrograms, settings: ProgramSettings): ClipboardTarget {
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
    remove: async (text) => (await holds(text)) !== false && (await run(clear, '', settings)),
  };
}

/**
 * OSC 52 asks the terminal to set the clipboard (XTerm Control Sequences, "Manipulate Selection Data"). Some terminals
 * do that only if configured to, none confirms it, and few let a program read the clipboard back.
 */
function terminalClipboard(stderr: TerminalOutput): ClipboardTarget {
  const put = (text: string): Promise<boolean> => {
    stderr.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    return Promise.resolve(true);
  };
  return {
    by: 'terminal',
    put,
    // Some terminals ignore empty text, so overwrite the old text with a space first.
    remove: () => put(' ').then(() => put('')),
  };
}

/** Whether OSC 52 is safe here. A terminal that doesn't support it would print it, secret included. */
function understandsOsc52(env: Env, stderr: TerminalOutput): boolean {
  const terminal = env['TERM'] ?? '';
  return stderr.isTTY === true && !/^(?:|unknown|(?:dumb|linux|ansi|cons25|eterm|sun|vt\d|wsvt).*)$/u.test(terminal);
}
