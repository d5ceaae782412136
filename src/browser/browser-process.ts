import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt } from '../ground/attempt.ts';
import type { Env } from '../ground/env.ts';
import type { Host } from '../ground/io.ts';

type OwnHost = Pick<Host, 'platform' | 'ownProcess'>;

export interface BrowserProcess {
  /** `undefined` if the browser could not be started. */
  readonly pid: number | undefined;
  /** Resolves with the reason, as the end of a sentence, once the browser has exited or failed to start. */
  readonly ended: Promise<string>;
  /** Asks the browser to quit, and kills all its processes after 3 seconds. Resolves once it has exited. */
  end(): Promise<void>;
}

export type Command = readonly [path: string, ...args: string[]];

/** Never throws. */
export function startBrowser([path, ...args]: Command, env: Env, host: OwnHost): BrowserProcess {
  try {
    // In its own process group, the browser survives Ctrl-C, and we can kill all its processes at once.
    const detached = host.platform !== 'win32';
    const child = spawn(path, args, { detached, stdio: ['ignore', 'ignore', 'pipe'], env });
    const ended = endOf(child, host);
    const end = async (): Promise<void> => {
      child.kill();
      const killTimer = setTimeout(() => killGroup(host, child.pid), 3000);
      await ended;
      clearTimeout(killTimer);
    };
    return { pid: child.pid, ended, end };
  } catch (error) {
    return { pid: undefined, ended: Promise.resolve(notRun(error)), end: () => Promise.resolve() };
  }
}

/** Kills the process group that `pid` leads, unless it has already exited. */
export function killGroup({ platform, ownProcess }: OwnHost, pid: number | undefined): void {
  // Windows has no process groups. There, a browser's other processes exit with the first one.
  if (pid !== undefined) attempt(() => ownProcess.kill(platform === 'win32' ? pid : -pid, 'SIGKILL'), false);
}

const notRun = (error: unknown): string =>
  `the browser couldn’t be run (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;

function endOf(child: ChildProcessByStdio<null, null, Readable>, host: OwnHost): Promise<string> {
  let errorOutput = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    // The browser's first lines say why it can't start.
    if (errorOutput.length < 10_000) errorOutput += text;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(notRun(error)));
    child.once('exit', (code, signal) => {
      // Otherwise, the browser's other processes could keep writing to the profile.
      killGroup(host, child.pid);
      // The last output may not have been read yet.
      void Promise.race([once(child, 'close'), sleep(200)]).then(() => {
        child.stderr.destroy();
        resolve(reasonIn(errorOutput) ?? `the browser exited with ${signal ?? `code ${String(code)}`}`);
      });
    });
  });
}

function reasonIn(errorOutput: string): string | null {
  if (/Missing X server|cannot open display/i.test(errorOutput)) return 'there is no screen to open it on';
  if (/without --no-sandbox|No usable sandbox/i.test(errorOutput))
    return 'this system doesn’t let the browser use its sandbox';
  return null;
}
