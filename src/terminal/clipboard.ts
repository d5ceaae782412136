import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import type { Clipboard, Copied } from '../io.ts';
import { Secret } from '../secret.ts';
import { childEnvironment } from './child-environment.ts';
import { clipboardPrograms, type ClipboardPrograms, type Command } from './clipboard-programs.ts';
import type { Env, TerminalOutput } from './streams.ts';

export interface ClipboardSettings {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** The person's terminal. */
  readonly stderr: TerminalOutput;
  /** Milliseconds for each program; 2 seconds unless given. */
  readonly limit?: number;
}

/** One clipboard. None of it rejects. */
interface Place {
  readonly by: 'system' | 'terminal';
  put(text: string): Promise<boolean>;
  /** `null`: cannot be told. */
  holds(text: string): Promise<boolean | null>;
  empty(): Promise<unknown>;
}

/**
 * The system's clipboard; where no program of the system can fill it, the terminal's, which also works through ssh.
 * A secret that is on it when this program is killed with no time to clear it stays there.
 */
export function makeClipboard(settings: ClipboardSettings): Clipboard {
  const { env, platform, stderr } = settings;
  const places: readonly Place[] = [
    ...clipboardPrograms(env, platform).map((programs) => systemClipboard(programs, settings)),
    ...(understandsOsc52(env, stderr) ? [terminalClipboard(stderr)] : []),
  ];
  let lent: { readonly secret: string; readonly place: Place } | null = null;
  const inTurn = queue();

  const copy = async (text: string, isSecret: boolean): Promise<Copied> => {
    for (const place of places) {
      if (!(await place.put(text))) continue;
      lent = isSecret ? { secret: text, place } : null;
      return { copied: true, by: place.by };
    }
    return { copied: false };
  };
  const clear = async (): Promise<void> => {
    if (lent === null) return;
    const { secret, place } = lent;
    lent = null;
    if ((await place.holds(secret)) !== false) await place.empty();
  };
  return {
    copy: (text) => inTurn(() => (text instanceof Secret ? copy(text.reveal(), true) : copy(text, false))),
    clear: () => inTurn(clear),
  };
}

/** Runs one after the other: what is cleared must not be what was copied meanwhile. */
function queue(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act);
    last = turn;
    return turn;
  };
}

function systemClipboard(
  { copy, read, clear, asciiOnly = false }: ClipboardPrograms,
  settings: ClipboardSettings,
): Place {
  return {
    by: 'system',
    put: async (text) => !(asciiOnly && /[^\n\r\t -~]/u.test(text)) && (await run(copy, text, settings)),
    holds: async (text) => {
      const held = await output(read, settings);
      return held === null ? null : held.replace(/\r?\n$/, '') === text;
    },
    empty: () => run(clear, '', settings),
  };
}

/**
 * OSC 52: the terminal is asked to fill the clipboard (XTerm Control Sequences, "Manipulate Selection Data"). Many do,
 * some only when allowed to, and none tells. What cannot be read back is assumed to hold what was put there last.
 */
function terminalClipboard(stderr: TerminalOutput): Place {
  const put = (text: string): Promise<boolean> => {
    stderr.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    return Promise.resolve(true);
  };
  return {
    by: 'terminal',
    put,
    holds: () => Promise.resolve(null),
    // Some take no notice of an empty text: those are left with a space.
    empty: () => put(' ').then(() => put('')),
  };
}

/** Those that do not know such a sequence would print it, and the secret in it. */
function understandsOsc52(env: Env, stderr: TerminalOutput): boolean {
  const terminal = env['TERM'] ?? '';
  return stderr.isTTY === true && !/^(?:|dumb|unknown|linux|ansi|cons25|eterm.*|vt\d+)$/u.test(terminal);
}

/**
 * Whether the program took it and ended well. Those that stay to hand the text out do so in a process of their own,
 * which a closed terminal does not end.
 */
async function run(command: Command, input: string, settings: ClipboardSettings): Promise<boolean> {
  const child = start(command, settings, 'ignore');
  child.stdin?.on('error', () => undefined).end(input);
  return await once(child, 'exit').then(
    ([code]) => code === 0,
    () => false,
  );
}

/** `null`: it could not be run, or did not end in time. One that finds no text there complains and prints none. */
async function output(command: Command, settings: ClipboardSettings): Promise<string | null> {
  const child = start(command, settings, 'pipe');
  child.stdin?.on('error', () => undefined).end();
  const printed = child.stdout === null ? Promise.resolve('') : textOf(child.stdout);
  return await Promise.all([printed, once(child, 'close')]).then(
    ([text, [code]]) => (code === null ? null : text),
    () => null,
  );
}

function start(
  [program, ...args]: Command,
  { env, platform, limit = 2_000 }: ClipboardSettings,
  stdout: 'ignore' | 'pipe',
) {
  return spawn(program, args, {
    stdio: ['pipe', stdout, 'ignore'],
    env: childEnvironment(env),
    timeout: limit,
    killSignal: 'SIGKILL',
    detached: platform !== 'win32',
    windowsHide: true,
  });
}
