import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onWindows } from '../tools/systems.ts';

const launcher = fileURLToPath(new URL('../../bin/ottokit-tiktok.cjs', import.meta.url));

/** Milliseconds. Under Wine, programs start slowly if several start at once. */
const usualLimit = onWindows ? 90_000 : 20_000;

/** How the program ended, and its output. */
export interface Run {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Duration in milliseconds. */
  readonly duration: number;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** The contents of stdin; empty if omitted. */
  readonly stdin?: string;
  /** Milliseconds after which the program is killed and the run fails. */
  readonly limit?: number;
  /** A command, with its own arguments, that starts the program. */
  readonly through?: readonly string[];
}

/** A program that is still running. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Run>;
  /** Resolves with the first match on stderr; rejects if the program exits without one. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts the built program without a terminal and with exactly this environment, in its own process group, so that
 * everything it starts can be killed with it.
 */
export function start(
  args: readonly string[],
  { env, stdin = '', limit = usualLimit, through = [] }: RunOptions,
): Running {
  const startedAt = performance.now();
  const [command = process.execPath, ...given] = [...through, process.execPath, launcher, ...args];
  const child = spawn(command, given, { env, detached: !onWindows, stdio: 'pipe' });
  const shown = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    shown.stderr += text;
    for (const look of watchers) look();
  });
  child.stdin.on('error', () => undefined).end(stdin);

  const ended = new Promise<Run>((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child, 'SIGKILL');
      reject(
        new Error(
          `${args.join(' ')} did not exit within ${String(limit)} ms. It showed:\n${shown.stderr}${shown.stdout}`,
        ),
      );
    }, limit);
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, ...shown, duration: performance.now() - startedAt });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    seen: (pattern) => whenSeen(pattern, () => shown.stderr, watchers, ended),
    kill: (signal) => child.kill(signal),
  };
}

/** Runs the program to its end. */
export async function run(args: readonly string[], options: RunOptions): Promise<Run> {
  return await start(args, options).ended;
}

/** The one JSON document on stdout. Fails, showing all output, if stdout contains anything else. */
export function document(run: Run): Record<string, unknown> {
  try {
    return JSON.parse(run.stdout) as Record<string, unknown>;
  } catch {
    throw new Error(`stdout is not one JSON document:\n${run.stdout}\nstderr:\n${run.stderr}`);
  }
}

/** The `error` in the JSON document on stdout. Fails if there is none. */
export function errorOf(run: Run): { code: string; message: string; fix: string; requestId?: string } {
  const { error } = document(run);
  if (typeof error !== 'object' || error === null) throw new Error(`there is no error:\n${run.stdout}`);
  return error as { code: string; message: string; fix: string; requestId?: string };
}

async function whenSeen(
  pattern: RegExp,
  text: () => string,
  watchers: Set<() => void>,
  ended: Promise<Run>,
): Promise<RegExpExecArray> {
  return await new Promise((resolve, reject) => {
    const look = (): void => {
      const found = pattern.exec(text());
      if (found === null) return;
      watchers.delete(look);
      resolve(found);
    };
    watchers.add(look);
    look();
    void ended.then(() => {
      reject(new Error(`the program exited before it showed ${String(pattern)}:\n${text()}`));
    }, reject);
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  // Windows has no process groups.
  if (onWindows) return void child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has already exited.
  }
}
