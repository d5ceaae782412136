import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../ground/env.ts';

/** What is needed of this program's own process; Node's `process` fits. */
export interface OwnProcess {
  readonly platform: NodeJS.Platform;
  /** Throws when the process is gone or not ours; a negative `pid` means the whole group. */
  kill(pid: number, signal: NodeJS.Signals | 0): unknown;
  /** Absent where users have no numbers, as on Windows. */
  readonly getuid?: () => number;
}

export interface BrowserProcess {
  /** Absent when it could not be run. */
  readonly pid?: number;
  /** Resolves when all its processes have ended or it could not be run, with how, as the end of a sentence. */
  readonly ended: Promise<string>;
  /** Asks it to end, and kills all its processes after 3 seconds. */
  end(): Promise<void>;
}

/** The browser's program, with its arguments. */
export type Command = readonly [path: string, ...args: string[]];

/** Starts the browser. Never throws. */
export function startBrowser([path, ...args]: Command, env: Env, own: OwnProcess): BrowserProcess {
  let child: ChildProcess;
  try {
    child = spawn(path, args, {
      // In a group of its own, Ctrl-C in the terminal does not end it, and all of it can be killed.
      detached: own.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    });
  } catch (error) {
    return { ended: Promise.resolve(notRun(error)), end: () => Promise.resolve() };
  }
  const { pid } = child;
  const ended = endOf(child, own);
  const end = async (): Promise<void> => {
    const waiting = new AbortController();
    child.kill();
    await Promise.race([ended, sleep(3000, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
    if (pid !== undefined) killGroup(own, pid);
    await ended;
  };
  return pid === undefined ? { ended, end } : { pid, ended, end };
}

/** Kills a process that leads a group, and all that it started. Does nothing when they are gone. */
export function killGroup(own: OwnProcess, pid: number): void {
  try {
    // Windows has no groups; there a browser's other processes end with its first.
    own.kill(own.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

const notRun = (error: unknown): string =>
  `it could not be run (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;

function endOf(child: ChildProcess, own: OwnProcess): Promise<string> {
  const complaint = readComplaint(child.stderr);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(notRun(error));
    });
    child.once('exit', (code, signal) => {
      // Its other processes would continue to write into the profile.
      if (child.pid !== undefined) killGroup(own, child.pid);
      // Its last words may still be on their way.
      void Promise.race([once(child, 'close'), sleep(200)]).then(() => {
        child.stderr?.destroy();
        resolve(reasonIn(complaint()) ?? `it ended (${signal ?? `exit code ${String(code)}`})`);
      });
    });
  });
}

/** Keeps only the beginning of what the browser writes, which says why it can't start. */
function readComplaint(stderr: Readable | null): () => string {
  let written = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (written.length < 10_000) written += text;
  });
  return () => written;
}

function reasonIn(complaint: string): string | null {
  if (/Missing X server|cannot open display/i.test(complaint)) return 'there is no screen to open it on';
  if (/without --no-sandbox|No usable sandbox/i.test(complaint)) return 'this system does not let it use its sandbox';
  return null;
}
