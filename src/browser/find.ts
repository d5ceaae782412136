import { createReadStream } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { given, hasScreen, type Env } from '../ground/env.ts';

export interface Browser {
  readonly name: string;
  readonly path: string;
}

/** `why` is the end of a sentence, with its period. */
export type FoundBrowser = { readonly browser: Browser } | { readonly why: string };

/**
 * Returns the first browser that can open a separate window. Tries only `CHROME_PATH` if it is set, even if there seems
 * to be no screen. Inside WSL, a Windows browser can't reach a proxy on WSL's loopback address.
 */
export async function findBrowser(env: Env, platform: NodeJS.Platform): Promise<FoundBrowser> {
  const named = env['CHROME_PATH'];
  if (!named && !hasScreen(env, platform))
    return { why: 'this terminal has no graphical display for a separate window.' };
  const browsers = named
    ? [named, ...inPath(env, named)].map((path) => ({ name: nameOf(named), path: programOf(path, platform) }))
    : candidates(env, platform);
  let why: string | undefined;
  for (const browser of browsers) {
    if (!(await canRun(browser.path))) continue;
    const obstacle = await obstacleOf(browser, platform);
    if (obstacle === undefined) return { browser };
    why ??= obstacle;
  }
  if (why !== undefined) return { why };
  if (named) return { why: 'CHROME_PATH names no program that can be run.' };
  return { why: 'no Chrome, Edge, Brave, Chromium or Firefox was found for a separate window.' };
}

export const isFirefox = ({ name }: Browser): boolean => name === 'Firefox';

/** Stable releases only, best first: name, Linux programs, macOS application, Windows program. */
const known = [
  ['Google Chrome', 'google-chrome-stable google-chrome', 'Google Chrome', 'Google/Chrome/Application/chrome.exe'],
  ['Microsoft Edge', 'microsoft-edge-stable microsoft-edge', 'Microsoft Edge', 'Microsoft/Edge/Application/msedge.exe'],
  [
    ...(['Brave', 'brave-browser-stable brave-browser brave', 'Brave Browser'] as const),
    'BraveSoftware/Brave-Browser/Application/brave.exe',
  ],
  ['Chromium', 'chromium chromium-browser', 'Chromium', 'Chromium/Application/chrome.exe'],
  ['Firefox', 'firefox firefox-esr', 'Firefox', 'Mozilla Firefox/firefox.exe'],
] as const;

function candidates(env: Env, platform: NodeJS.Platform): readonly Browser[] {
  const variables = ['PROGRAMFILES', 'PROGRAMW6432', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'];
  const windowsRoots = variables.flatMap((variable) => given(env, variable) ?? []);
  const macRoots = ['/', env['HOME'] ?? '/'].map((root) => join(root, 'Applications'));
  return known.flatMap(([name, linux, darwin, win32]) => {
    const paths =
      platform === 'win32'
        ? windowsRoots.map((root) => join(root, win32))
        : platform === 'darwin'
          ? macRoots.map((root) => programOf(join(root, `${darwin}.app`), platform))
          : linux.split(' ').flatMap((program) => inPath(env, program));
    return paths.map((path) => ({ name, path }));
  });
}

/** Returns the executable to start. A macOS application is a directory that contains its executable. */
function programOf(path: string, platform: NodeJS.Platform): string {
  if (platform !== 'darwin' || !/\.app\/?$/.test(path)) return path;
  const name = basename(path, '.app');
  // The executable of Firefox Nightly and Developer Edition is also called firefox.
  return join(path, 'Contents', 'MacOS', name.startsWith('Firefox') ? 'firefox' : name);
}

const inPath = ({ PATH = '' }: Env, program: string): readonly string[] =>
  PATH.split(delimiter).flatMap((directory) => (directory === '' ? [] : [join(directory, program)]));

/** A directory can have a browser's name too. */
async function canRun(path: string): Promise<boolean> {
  const found = await Promise.all([stat(path), access(path, constants.X_OK)]).catch(() => null);
  return found?.[0].isFile() === true;
}

/** Also checks the browser that a script starts. Snap and Flatpak packages have their own /tmp. */
async function obstacleOf({ name, path }: Browser, platform: NodeJS.Platform): Promise<string | undefined> {
  const real = await realpath(path);
  // A script must be readable to run, so an unreadable program isn't one.
  const script = (await beginningOf(real).catch(() => '')).replaceAll('\\\n', ' ');
  const commands = script.startsWith('#!') ? (script.match(/^.*\$[@*]/gm) ?? []) : [];
  const programs = [path, real, ...commands].join('\n');
  if (/\/snap(\/|$)|\bsnap run\b|\/flatpak\/|\bflatpak run\b/m.test(programs))
    return `${name} is a Snap or Flatpak package here, which can’t use a temporary profile.`;
  if (platform !== 'win32' && /\.exe\b/i.test(programs)) return 'a Windows browser can’t be used from inside WSL.';
  return undefined;
}

const beginningOf = (path: string): Promise<string> =>
  text(createReadStream(path, { end: 16_383, encoding: 'latin1' }));

function nameOf(path: string): string {
  const program = basename(path.replaceAll('\\', '/')).toLowerCase();
  const names = known.map(([name]) => name);
  return names.find((name) => program.includes(name.replace(/.* /, '').toLowerCase())) ?? 'browser';
}
