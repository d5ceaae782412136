import type { Clock, OpenBrowser } from '../ground/io.ts';
import { commandsOf, notStarted, startApart, watchOpener, type OpenerEnd } from './opener.ts';
import type { Env } from '../ground/env.ts';

/** How long an opener is watched, in milliseconds: one that finds no browser ends within a tenth of it. */
const watched = 1_000;

/**
 * Opens the usual browser: the one that `BROWSER` names (`none`: none), else by `open`. Openers tell little, so
 * `opened: true` means no more than that none reported a failure within a second.
 */
export function makeOpenBrowser(settings: { env: Env; platform: NodeJS.Platform; clock: Clock }): OpenBrowser {
  const { env, platform, clock } = settings;
  return async (url) => {
    if (!/^https?:\/\//u.test(url)) return { opened: false, why: 'it is not a web address' };
    if (env['BROWSER']?.trim().toLowerCase() === 'none') return { opened: false, why: 'BROWSER is none' };
    const commands = commandsOf(env, platform, url);
    if (commands === null && !hasDisplay(env, platform)) {
      return { opened: false, why: 'this terminal has no graphical display' };
    }
    const enough = new AbortController();
    try {
      const time = clock.sleep(watched, enough.signal);
      return await (commands === null ? byDesktop(url, time) : byNamed(commands, settings, time));
    } finally {
      enough.abort();
    }
  };
}

/** Without a display xdg-open falls back to browsers for the terminal, which could show nothing here. */
function hasDisplay(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === 'darwin' || platform === 'win32' || env['WSL_DISTRO_NAME'] !== undefined) return true;
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((display) => display !== undefined && display !== '');
}

async function byNamed(
  commands: readonly (readonly string[])[],
  { env, platform }: { env: Env; platform: NodeJS.Platform },
  time: Promise<void>,
): Promise<OpenerEnd> {
  let last: OpenerEnd = { opened: false, why: 'BROWSER names none' };
  for (const command of commands) {
    last = await started(command, { env, platform }, time);
    if (last.opened) return last;
  }
  return last;
}

async function started(
  command: readonly string[],
  settings: { env: Env; platform: NodeJS.Platform },
  time: Promise<void>,
): Promise<OpenerEnd> {
  try {
    return await watchOpener(startApart(command, settings), time);
  } catch (error) {
    return notStarted(error);
  }
}

async function byDesktop(url: string, time: Promise<void>): Promise<OpenerEnd> {
  const { default: open } = await import('open');
  const opened = open(url).then((child) => watchOpener(child, time), notStarted);
  return await Promise.race([opened, time.then((): OpenerEnd => ({ opened: true }))]);
}
