import type { Env } from '../ground/env.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, type OwnProcess } from './own-process.ts';
import { speakThrough, type OnEvent, type Send } from './pipe.ts';

export interface BrowserProcess {
  readonly send: Send;
  /** Resolves when all its processes have ended or it could not be run, with how, as the end of a sentence. */
  readonly ended: Promise<string>;
  /** Ends it and all its processes at once. */
  kill(): void;
}

export interface Launch {
  /** The browser's program. */
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Env;
  readonly onEvent: OnEvent;
}

/** Starts the browser with a pipe to it as its file descriptor 3 and one from it as 4. Never throws. */
export function startBrowser({ path, args, env, onEvent }: Launch, own: OwnProcess): BrowserProcess {
  let child: ChildProcess;
  try {
    child = spawn(path, args, {
      // A group of its own: Ctrl-C in the terminal does not end it behind our back, and all of it can be ended.
      detached: own.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env,
    });
  } catch (error) {
    return neverStarted(notRun(error));
  }
  const kill = (): void => {
    if (child.pid !== undefined) killGroup(own, child.pid);
  };
  const send = speakThrough(child.stdio[3] as Writable, child.stdio[4] as Readable, onEvent);
  return { send, ended: endOf(child, kill), kill };
}

const neverStarted = (why: string): BrowserProcess => ({
  send: () => Promise.resolve({ ok: false, why }),
  ended: Promise.resolve(why),
  kill: () => undefined,
});

function notRun(error: unknown): string {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return `it could not be run (${code})`;
}

function endOf(child: ChildProcess, kill: () => void): Promise<string> {
  const complaint = readComplaint(child.stderr);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(notRun(error));
    });
    child.once('exit', (code, signal) => {
      // Helpers that outlive the browser would go on writing into the profile.
      kill();
      // What it wrote last may still be on its way.
      void Promise.race([once(child, 'close'), sleep(200)]).then(() => {
        child.stderr?.destroy();
        resolve(reasonIn(complaint()) ?? `it ended (${signal ?? `exit code ${String(code)}`})`);
      });
    });
  });
}

/** The beginning alone of what the browser writes about itself: why it cannot start stands there. */
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
