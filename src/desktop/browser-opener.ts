import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { canShowPages, isBrowserOff, type Env } from '../ground/env.ts';
import type { Clock, OpenBrowser } from '../ground/io.ts';
import { browserCommands } from './browser-variable.ts';
import { startApart } from './opener.ts';

/** The result of opening so far. An opener that is still running hasn't failed; it may be the browser itself. */
type Opened = Awaited<ReturnType<OpenBrowser>>;

/** How long an opener is watched, in milliseconds. One that finds no browser ends within a tenth of this. */
const watchedMs = 1_000;

/**
 * Opens the usual browser: the one in `BROWSER` (`none` opens none), otherwise with `open`. Openers report little:
 * `opened: true` only means that none failed within a second.
 */
export function makeOpenBrowser(settings: { env: Env; platform: NodeJS.Platform; clock: Clock }): OpenBrowser {
  const { env, platform, clock } = settings;
  return async (url) => {
    if (!/^https?:\/\//u.test(url)) return { opened: false, why: 'it is not a web address' };
    if (isBrowserOff(env)) return { opened: false, why: 'BROWSER is none' };
    const commands = browserCommands(env, platform, url);
    // Without a display, xdg-open falls back to text browsers, which can't be used here.
    if (commands === null && !canShowPages(env, platform))
      return { opened: false, why: 'this terminal has no graphical display' };
    const enough = new AbortController();
    const time = clock.sleep(watchedMs, enough.signal).then((): Opened => ({ opened: true }));
    let last: Opened = { opened: false, why: 'BROWSER names no program' };
    for (const command of commands ?? [null]) {
      const start = () => (command === null ? startByDesktop(url) : startApart(command, settings));
      last = await Promise.race([endOf(start), time]);
      if (last.opened) break;
    }
    enough.abort();
    return last;
  };
}

async function startByDesktop(url: string): Promise<ChildProcess> {
  const { default: open } = await import('open');
  return await open(url);
}

/** Resolves when the opener has ended or failed. */
async function endOf(start: () => ChildProcess | Promise<ChildProcess>): Promise<Opened> {
  try {
    const child = await start();
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded) await once(child, 'exit');
    const { exitCode, signalCode } = child;
    if (exitCode === 0) return { opened: true };
    return { opened: false, why: `the opener ended with ${signalCode ?? `code ${String(exitCode)}`}` };
  } catch (thrown) {
    const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
    return { opened: false, why: `the opener could not be started (${code})` };
  }
}
