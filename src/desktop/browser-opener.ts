import type { Env } from '../ground/env.ts';
import { hasScreen, isRemote } from '../ground/has-screen.ts';
import type { Clock, OpenBrowser } from '../ground/io.ts';
import { browserCommands } from './browser-variable.ts';
import { notStarted, startApart, watchOpener, type OpenerEnd } from './opener.ts';
import type { Command } from './run-program.ts';

/** How long an opener is watched, in milliseconds: one that finds no browser ends within a tenth of it. */
const watchedMs = 1_000;

/**
 * Opens the usual browser: the one in `BROWSER` (`none`: none), else by `open`. Openers report little: `opened: true` only
 * means that none failed within a second.
 */
export function makeOpenBrowser(settings: { env: Env; platform: NodeJS.Platform; clock: Clock }): OpenBrowser {
  const { env, platform, clock } = settings;
  return async (url) => {
    if (!/^https?:\/\//u.test(url)) return { opened: false, why: 'it is not a web address' };
    if (env['BROWSER']?.trim().toLowerCase() === 'none') return { opened: false, why: 'BROWSER is none' };
    const commands = browserCommands(env, platform, url);
    if (commands === null && !canShow(env, platform)) {
      return { opened: false, why: 'this terminal has no graphical display' };
    }
    const enough = new AbortController();
    try {
      const time = clock.sleep(watchedMs, enough.signal);
      return await (commands === null ? byDesktop(url, time) : byNamed(commands, settings, time));
    } finally {
      enough.abort();
    }
  };
}

/** Without a display xdg-open falls back to browsers for the terminal, which could show nothing here. */
const canShow = (env: Env, platform: NodeJS.Platform): boolean =>
  hasScreen(env, platform) || (env['WSL_DISTRO_NAME'] !== undefined && !isRemote(env));

async function byNamed(
  commands: readonly Command[],
  settings: { env: Env; platform: NodeJS.Platform },
  time: Promise<void>,
): Promise<OpenerEnd> {
  let last: OpenerEnd = { opened: false, why: 'BROWSER names no program' };
  for (const command of commands) {
    try {
      last = await watchOpener(startApart(command, settings), time);
    } catch (error) {
      last = notStarted(error);
    }
    if (last.opened) break;
  }
  return last;
}

async function byDesktop(url: string, time: Promise<void>): Promise<OpenerEnd> {
  const { default: open } = await import('open');
  const opened = open(url).then((child) => watchOpener(child, time), notStarted);
  return await Promise.race([opened, time.then((): OpenerEnd => ({ opened: true }))]);
}
