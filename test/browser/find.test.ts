import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findBrowser } from '../../src/browser/find.ts';
import { realBrowser, temporaryRoot } from './window.ts';

const noChrome = () => Promise.resolve([]);

/** Programs in a directory of their own. */
async function install(...programs: string[]): Promise<string> {
  const root = await temporaryRoot();
  for (const program of programs) {
    await mkdir(dirname(join(root, program)), { recursive: true });
    await writeFile(join(root, program), '');
    await chmod(join(root, program), 0o755);
  }
  return root;
}

test('the browser that CHROME_PATH names is taken, wherever it is', async () => {
  for (const [path, name] of [
    ['/opt/google/chrome', 'Google Chrome'],
    ['/usr/bin/chromium', 'Chromium'],
    ['C:\\Program Files\\Edge\\msedge.exe', 'Microsoft Edge'],
    ['/usr/bin/brave-browser', 'Brave'],
    ['/home/me/mine', 'browser'],
  ] as const) {
    expect(await findBrowser({ CHROME_PATH: path, DISPLAY: '' }, 'linux', noChrome)).toEqual({ name, path });
  }
});

test('the real browser of this computer is found', async (context) => {
  const { path } = await realBrowser(context);
  const found = await findBrowser({ DISPLAY: ':0', PATH: dirname(path) }, process.platform);
  expect(found?.name).toMatch(/Chrome|Chromium/);
});

test('a Chrome comes before the others', async () => {
  const root = await install('microsoft-edge', 'google-chrome');
  const chrome = join(root, 'google-chrome');
  const found = await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux', () => Promise.resolve([chrome]));
  expect(found).toEqual({ name: 'Google Chrome', path: chrome });
});

test.for([
  ['linux', 'Microsoft Edge', 'microsoft-edge'],
  ['linux', 'Brave', 'brave-browser'],
  ['linux', 'Chromium', 'chromium-browser'],
  ['darwin', 'Microsoft Edge', 'Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  ['darwin', 'Brave', 'Applications/Brave Browser.app/Contents/MacOS/Brave Browser'],
  ['darwin', 'Chromium', 'Applications/Chromium.app/Contents/MacOS/Chromium'],
  ['win32', 'Microsoft Edge', 'Microsoft/Edge/Application/msedge.exe'],
  ['win32', 'Brave', 'BraveSoftware/Brave-Browser/Application/brave.exe'],
  ['win32', 'Chromium', 'Chromium/Application/chrome.exe'],
] as const)('on %s, %s is found where there is no Chrome', async ([platform, name, program]) => {
  const root = await install(program);
  const env = { PATH: `/nowhere:${root}`, HOME: root, 'ProgramFiles(x86)': root, WAYLAND_DISPLAY: 'wayland-0' };
  expect(await findBrowser(env, platform, noChrome)).toEqual({ name, path: join(root, program) });
});

test('a program that cannot be run, or is a Snap with a file system of its own, is passed over', async () => {
  const root = await install('brave');
  await chmod(join(root, 'brave'), 0o644);
  const chromes = () => Promise.resolve(['/snap/bin/chromium', '/nowhere/chrome']);
  expect(await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux', chromes)).toBeNull();
});

test('without a screen none is found on Linux, for no window could open', async () => {
  const root = await install('chromium');
  expect(await findBrowser({ PATH: root }, 'linux', noChrome)).toBeNull();
  expect(await findBrowser({ PATH: root, DISPLAY: '', WAYLAND_DISPLAY: '' }, 'linux', noChrome)).toBeNull();
});

test('where there is no browser, none is found', async () => {
  expect(await findBrowser({ DISPLAY: ':0' }, 'linux', noChrome)).toBeNull();
});
