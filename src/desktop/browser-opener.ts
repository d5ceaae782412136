import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { canShowPages, childEnvironment, isBrowserOff, type Env } from '../ground/env.ts';
import type { Clock, OpenBrowser } from '../ground/io.ts';
import type { Command } from './run-program.ts';

type Opened = Awaited<ReturnType<OpenBrowser>>;

/** How long to watch all programs together, in milliseconds. One that finds no browser exits within a tenth of this. */
const watchedMs = 1_000;

/** Programs report little, so `opened: true` only means that we saw no failure within a second. */
export async function openBrowser(
  url: string,
  { env, platform, clock }: { env: Env; platform: NodeJS.Platform; clock: Clock },
): Promise<Opened> {
  if (!/^https?:\/\//u.test(url)) return { opened: false, why: 'it isn’t a web address' };
  if (isBrowserOff(env)) return { opened: false, why: 'BROWSER is none' };
  const commands = browserCommands(env, platform, url);
  // Without a display, xdg-open falls back to text browsers, which can't be used here.
  if (commands === null && !canShowPages(env, platform))
    return { opened: false, why: 'this terminal has no graphical display' };
  const enough = new AbortController();
  const time = clock.sleep(watchedMs, enough.signal).then((): Opened => ({ opened: true }));
  let last: Opened = { opened: false, why: 'BROWSER names no program' };
  for (const command of commands ?? [null]) {
    const start = async (): Promise<ChildProcess> =>
      command === null ? await (await import('open')).default(url) : startDetached(command, env, platform);
    last = await Promise.race([endOf(start), time]);
    if (last.opened) break;
  }
  enough.abort();
  return last;
}

async function endOf(start: () => Promise<ChildProcess>): Promise<Opened> {
  try {
    const child = await start();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const { exitCode, signalCode } = child;
    if (exitCode === 0) return { opened: true };
    return { opened: false, why: `its launcher exited with ${signalCode ?? `code ${String(exitCode)}`}` };
  } catch (thrown) {
    const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
    return { opened: false, why: `its launcher couldn’t be started (${code})` };
  }
}

/** Starts a program that doesn't stop when this one exits, and doesn't keep this one from exiting. */
function startDetached(command: Command, env: Env, platform: NodeJS.Platform): ChildProcess {
  const { program, args, ...how } = spawnCommand(command, env, platform);
  // On Windows, a child dies with our console unless detached, and a detached one opens a console unless hidden.
  const detached: SpawnOptions = { stdio: 'ignore', detached: true, windowsHide: true };
  const child = spawn(program, args, { ...how, ...detached, env: childEnvironment(env) });
  child.unref();
  return child;
}

/**
 * Only cmd.exe can run a batch file (Node refuses to, CVE-2024-27980). Inside quotes, cmd.exe doesn't interpret `&`. A
 * macOS application is a directory, which only `open` can start.
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

/**
 * Returns the commands in `BROWSER`, to try in order; `null` if it isn't set. They are separated by `:` (`;` on
 * Windows) and can have arguments. The address replaces `%s`, or comes last. Quoting works as in a shell, but no shell
 * runs them. A final `&` is dropped.
 */
export function browserCommands(env: Env, platform: NodeJS.Platform, url: string): readonly Command[] | null {
  const value = env['BROWSER']?.trim() ?? '';
  if (value === '') return null;
  const entries = existsSync(value) ? [value] : partsOf(value, platform === 'win32' ? ';' : ':', platform);
  const filled = (word: string): string => word.replaceAll('%s', () => url);
  return entries.flatMap((entry): readonly Command[] => {
    const [program, ...args] = wordsOf(entry.trim(), platform);
    if (program === undefined) return [];
    return [entry.includes('%s') ? [filled(program), ...args.map(filled)] : [program, ...args, url]];
  });
}

/** Splits a command into words. The path of an existing file is one word, even if it contains unquoted spaces. */
function wordsOf(entry: string, platform: NodeJS.Platform): readonly string[] {
  const command = entry.replace(/(^|[^\\])\s*&$/u, '$1').trim();
  const ends = [...command.matchAll(/\s+|$/gu)].map(({ index }) => index).reverse();
  const end = /[\\/]/u.test(command) ? ends.find((index) => existsSync(command.slice(0, index))) : undefined;
  const words = partsOf(command.slice(end ?? 0), '\\s', platform).map((word) => unquoted(word, platform));
  return end === undefined ? words : [command.slice(0, end), ...words];
}

/** Text in single quotes, in double quotes, or after a backslash. */
const quoting = /'([^']*)'?|"((?:\\[^]|[^"\\])*)"?|\\([^]?)/gu;
/** Text in double quotes. On Windows, backslashes and single quotes belong to paths. */
const quotingOnWindows = /"([^"]*)"?/gu;

function partsOf(text: string, separator: string, platform: NodeJS.Platform): readonly string[] {
  const { source } = platform === 'win32' ? quotingOnWindows : quoting;
  return text.match(new RegExp(`(?:${source}|[^${separator}])+`, 'gu')) ?? [];
}

function unquoted(word: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return word.replace(quotingOnWindows, '$1');
  return word.replace(
    quoting,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/gu, '$1') ?? escaped ?? '',
  );
}
