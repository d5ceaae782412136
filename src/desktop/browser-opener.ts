import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { canShowPages, childEnvironment, isBrowserOff, type Env } from '../ground/env.ts';
import type { Clock, OpenBrowser } from '../ground/io.ts';
import { browserCommands } from './browser-variable.ts';
import type { Command } from './run-program.ts';

/** Whether opening has worked so far. A program that is still running hasn't failed; it may be the browser itself. */
type Opened = Awaited<ReturnType<OpenBrowser>>;

/** How long to watch all programs together, in milliseconds. One that finds no browser exits within a tenth of this. */
const watchedMs = 1_000;

/**
 * Opens the user's browser: the one in `BROWSER` (`none` opens none), otherwise the system's default. Programs report
 * little, so `opened: true` only means that we saw no failure within a second.
 */
export async function openBrowser(
  url: string,
  { env, platform, clock }: { env: Env; platform: NodeJS.Platform; clock: Clock },
): Promise<Opened> {
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
    const start = () => (command === null ? openDefaultBrowser(url) : startDetached(command, env, platform));
    last = await Promise.race([endOf(start), time]);
    if (last.opened) break;
  }
  enough.abort();
  return last;
}

async function openDefaultBrowser(url: string): Promise<ChildProcess> {
  const { default: open } = await import('open');
  return await open(url);
}

/** Resolves when the program has exited or could not be started. */
async function endOf(start: () => ChildProcess | Promise<ChildProcess>): Promise<Opened> {
  try {
    const child = await start();
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded) await once(child, 'exit');
    const { exitCode, signalCode } = child;
    if (exitCode === 0) return { opened: true };
    return { opened: false, why: `its launcher exited with ${signalCode ?? `code ${String(exitCode)}`}` };
  } catch (thrown) {
    const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
    return { opened: false, why: `its launcher could not be started (${code})` };
  }
}

/** Starts a program that doesn't stop when this one exits, and doesn't keep this one from exiting. */
function startDetached(command: Command, env: Env, platform: NodeJS.Platform): ChildProcess {
  const { program, args, ...how } = spawnCommand(command, env, platform);
  // On Windows, a child dies with our console unless it is detached, and then opens a console window unless hidden.
  const options: SpawnOptions = { stdio: 'ignore', detached: true, windowsHide: true, env: childEnvironment(env) };
  const child = spawn(program, args, { ...how, ...options });
  child.unref();
  return child;
}

/**
 * Returns what to spawn to run a command. Only cmd.exe can run a batch file (Node refuses to, CVE-2024-27980). Inside
 * quotes, cmd.exe doesn't interpret `&`. A macOS application is a directory, which only `open` can start.
 */
export function spawnCommand(
  [program, ...args]: Command,
  env: Env,
  platform: NodeJS.Platform,
): { program: string; args: readonly string[] } & Pick<SpawnOptions, 'windowsVerbatimArguments'> {
  if (platform === 'darwin' && /\.app\/?$/u.test(program)) {
    const addresses = args.filter((word) => /^https?:/u.test(word));
    const others = args.filter((word) => !addresses.includes(word));
    // `open` would read the application's arguments as its own.
    const rest = others.length === 0 ? [] : ['--args', ...others];
    return { program: '/usr/bin/open', args: ['-a', program, ...addresses, ...rest] };
  }
  if (platform !== 'win32' || !/\.(cmd|bat)$/iu.test(program)) return { program, args };
  const quoted = [program, ...args].map((word) => `"${word.replaceAll('"', '')}"`).join(' ');
  const cmd = `${env['SYSTEMROOT'] ?? 'C:\\Windows'}\\System32\\cmd.exe`;
  return { program: cmd, args: ['/d', '/s', '/c', `"${quoted}"`], windowsVerbatimArguments: true };
}
