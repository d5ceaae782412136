import type { Env } from '../ground/env.ts';
import { access, constants } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

export interface Browser {
  /** As the person knows it: "Google Chrome". */
  readonly name: string;
  /** Its program, an absolute path. */
  readonly path: string;
}

/**
 * Finds a browser that can open a separate window here: the one that `CHROME_PATH` names, taken as it is; else Google
 * Chrome or Chromium as chrome-launcher finds them; else Microsoft Edge, Brave, Chromium, which it does not know.
 * `null` when there is none, or no screen to open a window on. Inside WSL these are the Linux ones: a pipe does not
 * reach a program of Windows from there.
 */
export async function findBrowser(
  env: Env,
  platform: NodeJS.Platform,
  chromes: (platform: NodeJS.Platform) => Promise<readonly string[]> = installedChromes,
): Promise<Browser | null> {
  const named = env['CHROME_PATH'];
  if (named) return { name: nameOf(named), path: named };
  if (!hasScreen(env, platform)) return null;
  const known = (await chromes(platform)).map((path) => ({ name: nameOf(path), path }));
  for (const browser of [...known, ...placesOfOthers(env, platform)]) {
    if (!isConfined(browser.path) && (await canRun(browser.path))) return browser;
  }
  return null;
}

/** Whether a window can open. On Linux a display says so. */
export function hasScreen(env: Env, platform: NodeJS.Platform): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/** chrome-launcher looks where each system registers programs, and throws when it finds nothing. */
async function installedChromes(platform: NodeJS.Platform): Promise<readonly string[]> {
  const { darwinFast, linux, win32 } = await import('chrome-launcher/dist/chrome-finder.js');
  try {
    if (platform === 'linux') return linux();
    return platform === 'win32' ? win32() : [darwinFast()].filter((path) => path !== undefined);
  } catch {
    return [];
  }
}

const others = [
  {
    name: 'Microsoft Edge',
    linux: ['microsoft-edge-stable', 'microsoft-edge'],
    darwin: 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    win32: ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  },
  {
    name: 'Brave',
    linux: ['brave-browser-stable', 'brave-browser', 'brave'],
    darwin: 'Brave Browser.app/Contents/MacOS/Brave Browser',
    win32: ['BraveSoftware', 'Brave-Browser', 'Application', 'brave.exe'],
  },
  {
    name: 'Chromium',
    linux: ['chromium', 'chromium-browser'],
    darwin: 'Chromium.app/Contents/MacOS/Chromium',
    win32: ['Chromium', 'Application', 'chrome.exe'],
  },
];

/** Where the others are when they are there, best first. */
function placesOfOthers(env: Env, platform: NodeJS.Platform): readonly Browser[] {
  return others.flatMap(({ name, linux, darwin, win32 }) => {
    switch (platform) {
      case 'darwin':
        return ['/', env['HOME'] ?? '/'].map((root) => ({ name, path: join(root, 'Applications', darwin) }));
      case 'win32':
        return programDirectories(env).map((root) => ({ name, path: join(root, ...win32) }));
      default:
        return linux.flatMap((program) => inPath(env, program)).map((path) => ({ name, path }));
    }
  });
}

/** Names of variables have no case on Windows, but a copy of the environment has one. */
function programDirectories(env: Env): readonly string[] {
  const wanted = ['programfiles', 'programfiles(x86)', 'localappdata'];
  return Object.entries(env).flatMap(([name, value]) => (value && wanted.includes(name.toLowerCase()) ? [value] : []));
}

function inPath(env: Env, program: string): readonly string[] {
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => join(directory, program));
}

/** A Snap sees another file system than we do: its profile would stay behind there. */
function isConfined(path: string): boolean {
  return path.startsWith('/snap/');
}

function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function nameOf(path: string): string {
  const program = basename(path.replaceAll('\\', '/')).toLowerCase();
  if (program.includes('edge')) return 'Microsoft Edge';
  if (program.includes('brave')) return 'Brave';
  if (program.includes('chromium')) return 'Chromium';
  return program.includes('chrome') ? 'Google Chrome' : 'browser';
}
