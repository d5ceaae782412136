import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '../ground/defined.ts';
import type { Env } from '../ground/env.ts';
import type { Host } from '../ground/io.ts';

type OwnHost = Pick<Host, 'platform' | 'own'>;

export interface BrowserProcess {
  /** `undefined` if it could not be run. */
  readonly pid?: number;
  /** Resolves, with the end of a sentence that says how, when all its processes have ended or it could not be run. */
  readonly ended: Promise<string>;
  /** Asks it to end, and kills all its processes after 3 seconds. */
  end(): Promise<void>;
}

/** The browser's executable and arguments. */
export type Command = readonly [path: string, ...args: string[]];

/** Starts the browser. Never throws. */
export function startBrowser([path, ...args]: Command, env: Env, host: OwnHost): BrowserProcess {
  try {
    // In its own process group, it isn't ended by Ctrl-C in the terminal, and the whole group can be killed.
    const detached = host.platform !== 'win32';
    const child = spawn(path, args, { detached, stdio: ['ignore', 'ignore', 'pipe'], env });
    const ended = endOf(child, host);
    const end = async (): Promise<void> => {
      child.kill();
      const late = setTimeout(() => {
        killGroup(host, child.pid);
      }, 3000);
      await ended;
      clearTimeout(late);
    };
    return { ...defined({ pid: child.pid }), ended, end };
  } catch (error) {
    return { ended: Promise.resolve(notRun(error)), end: () => Promise.resolve() };
  }
}

/** Kills a process group by its leader. Does nothing if the processes have already ended. */
export function killGroup({ platform, own }: OwnHost, pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    // Windows has no process groups; there, a browser's other processes end with its first.
    own.kill(platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

const notRun = (error: unknown): string =>
  `it could not be run (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;

function endOf(child: ChildProcessByStdio<null, null, Readable>, host: OwnHost): Promise<string> {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    // Its first output says why it can't start.
    if (complaint.length < 10_000) complaint += text;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(notRun(error));
    });
    child.once('exit', (code, signal) => {
      // The browser's other processes would continue to write to the profile.
      killGroup(host, child.pid);
      // The last output may not have been read yet.
      void Promise.race([once(child, 'close'), sleep(200)]).then(() => {
        child.stderr.destroy();
        resolve(reasonIn(complaint) ?? `it ended (${signal ?? `exit code ${String(code)}`})`);
      });
    });
  });
}

function reasonIn(complaint: string): string | null {
  if (/Missing X server|cannot open display/i.test(complaint)) return 'there is no screen to open it on';
  if (/without --no-sandbox|No usable sandbox/i.test(complaint)) return 'this system does not let it use its sandbox';
  return null;
}
