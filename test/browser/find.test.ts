import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findBrowser } from '../../src/browser/find.ts';
import { temporaryRoot } from './window.ts';
import { noLinks, noModes, onWindows } from '../tools/systems.ts';

/** Creates these programs in a new directory and returns its path. */
async function install(programs: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryRoot();
  for (const [program, text] of Object.entries(programs)) {
    await mkdir(dirname(join(root, program)), { recursive: true });
    await writeFile(join(root, program), text);
    await chmod(join(root, program), 0o755);
  }
  return root;
}

test.for([
  ['google/chrome', 'Google Chrome'],
  ['chromium', 'Chromium'],
  ['Edge\\msedge', 'Microsoft Edge'],
  ['brave-browser', 'Brave'],
  ['firefox-esr', 'Firefox'],
  ['mine', 'browser'],
] as const)('the browser named in CHROME_PATH is used, wherever it is: %s', async ([program, name]) => {
  const path = join(await install({ [program]: '' }), program);
  expect(await findBrowser({ CHROME_PATH: path, DISPLAY: '' }, 'linux')).toEqual({ browser: { name, path } });
});

test('CHROME_PATH may be the name of a program in PATH', async () => {
  const root = await install({ 'brave-browser-beta': '' });
  expect(await findBrowser({ CHROME_PATH: 'brave-browser-beta', PATH: root }, 'linux')).toEqual({
    browser: { name: 'Brave', path: join(root, 'brave-browser-beta') },
  });
});

test.for([
  ['Google Chrome.app', 'Google Chrome', 'Google Chrome.app/Contents/MacOS/Google Chrome'],
  ['Brave Browser.app/', 'Brave', 'Brave Browser.app/Contents/MacOS/Brave Browser'],
  ['Firefox.app', 'Firefox', 'Firefox.app/Contents/MacOS/firefox'],
  ['Firefox Nightly.app', 'Firefox', 'Firefox Nightly.app/Contents/MacOS/firefox'],
] as const)('on a Mac, CHROME_PATH may name the application %s', async ([application, name, program]) => {
  const root = await install({ [program]: '' });
  const found = await findBrowser({ CHROME_PATH: `${root}/${application}` }, 'darwin');
  expect(found).toEqual({ browser: { name, path: join(root, program) } });
});

test.for([
  ['names a Snap', { 'snap/bin/chromium': '' }, 'snap/bin/chromium', /^Chromium is a Snap or Flatpak package/],
  ['names nothing', {}, 'chromium', /^CHROME_PATH names no program/],
  ['names a directory', { 'chromium/README': '' }, 'chromium', /^CHROME_PATH names no program/],
] as const)(
  'if CHROME_PATH %s, no other browser is tried, and the reason says why',
  async ([, programs, program, why]) => {
    const root = await install({ ...programs, firefox: '' });
    const found = await findBrowser({ CHROME_PATH: `${root}/${program}`, PATH: root, DISPLAY: ':0' }, 'linux');
    expect(found).toEqual({ why: expect.stringMatching(why) as string });
  },
);

test('Chrome is preferred to the others, and Firefox comes last', async ({ skip }) => {
  skip(onWindows, noModes);
  const root = await install({ firefox: '', 'microsoft-edge': '', 'google-chrome': '' });
  const only = async (...names: string[]) => {
    for (const name of names) await chmod(join(root, name), 0o644);
    const found = await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux');
    return 'browser' in found ? found.browser.name : found.why;
  };
  expect(await only()).toBe('Google Chrome');
  expect(await only('google-chrome')).toBe('Microsoft Edge');
  expect(await only('microsoft-edge')).toBe('Firefox');
});

test('Chrome Canary or beta isn’t mistaken for Chrome', async () => {
  const root = await install({
    'Applications/Google Chrome Canary.app/Contents/MacOS/Google Chrome Canary': '',
    'Google/Chrome SxS/Application/chrome.exe': '',
    'google-chrome-beta': '',
  });
  const env = { PATH: root, HOME: root, LOCALAPPDATA: root, DISPLAY: ':0' };
  for (const platform of ['darwin', 'win32', 'linux'] as const) {
    expect(await findBrowser(env, platform)).toMatchObject({ why: expect.stringMatching(/was found/) as string });
  }
});

test.for([
  ['linux', 'Google Chrome', 'google-chrome-stable'],
  ['linux', 'Microsoft Edge', 'microsoft-edge'],
  ['linux', 'Brave', 'brave-browser'],
  ['linux', 'Chromium', 'chromium-browser'],
  ['linux', 'Firefox', 'firefox-esr'],
  ['darwin', 'Google Chrome', 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  ['darwin', 'Microsoft Edge', 'Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  ['darwin', 'Brave', 'Applications/Brave Browser.app/Contents/MacOS/Brave Browser'],
  ['darwin', 'Chromium', 'Applications/Chromium.app/Contents/MacOS/Chromium'],
  ['darwin', 'Firefox', 'Applications/Firefox.app/Contents/MacOS/firefox'],
  ['win32', 'Google Chrome', 'Google/Chrome/Application/chrome.exe'],
  ['win32', 'Microsoft Edge', 'Microsoft/Edge/Application/msedge.exe'],
  ['win32', 'Brave', 'BraveSoftware/Brave-Browser/Application/brave.exe'],
  ['win32', 'Chromium', 'Chromium/Application/chrome.exe'],
  ['win32', 'Firefox', 'Mozilla Firefox/firefox.exe'],
] as const)('on %s, %s is found', async ([platform, name, program]) => {
  const root = await install({ [program]: '' });
  const env = {
    PATH: ['/nowhere', root].join(delimiter),
    HOME: root,
    'PROGRAMFILES(X86)': root,
    WAYLAND_DISPLAY: 'wayland-0',
  };
  expect(await findBrowser(env, platform)).toEqual({ browser: { name, path: join(root, program) } });
});

test.for([
  ['is a link to Snap', { 'snap/bin/chromium': '' }, 'snap/bin/chromium'],
  ['starts a Snap', { chromium: '#!/bin/sh\nset -e\nexec /snap/bin/chromium "$@"\n' }, null],
  ['starts a Snap by name', { 'chromium-browser': '#!/bin/sh\nsnap run chromium "$@"\n' }, null],
  ['starts a Flatpak', { chromium: '#!/bin/sh\nexec /usr/bin/flatpak run org.chromium.Chromium "$@"\n' }, null],
  ['starts a Flatpak on the next line', { chromium: '#!/bin/sh\nflatpak run \\\n  x.Chromium "$@"\n' }, null],
] as const)(
  'a Chromium that %s is named in the reason, because it can’t see a temporary profile',
  async ([, programs, link], { skip }) => {
    skip(onWindows && link !== null, noLinks);
    const root = await install(programs);
    if (link !== null) await symlink(join(root, link), join(root, 'chromium'));
    const found = await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux');
    expect(found).toEqual({ why: expect.stringMatching(/^Chromium is a Snap or Flatpak package here/) as string });
  },
);

test.for([
  ['is a link to a Windows program', { 'c/chrome.exe': '' }, 'c/chrome.exe'],
  ['starts a Windows program', { 'google-chrome': '#!/bin/sh\nexec "/mnt/c/Program Files/chrome.exe" "$@"\n' }, null],
] as const)('in WSL, a Chrome that %s isn’t used for a window', async ([, programs, link], { skip }) => {
  skip(onWindows, noLinks);
  const root = await install(programs);
  if (link !== null) await symlink(join(root, link), join(root, 'google-chrome'));
  const env = { PATH: root, DISPLAY: ':0', WSL_DISTRO_NAME: 'Debian' };
  const why = 'a Windows browser can’t be used from inside WSL.';
  expect(await findBrowser(env, 'linux')).toEqual({ why });
  expect(await findBrowser({ CHROME_PATH: join(root, link ?? 'google-chrome') }, 'linux')).toEqual({ why });
});

test('a 32-bit Node finds a 64-bit browser on Windows', async () => {
  const program = 'Google/Chrome/Application/chrome.exe';
  const root = await install({ [program]: '' });
  const found = await findBrowser({ PROGRAMFILES: '/nowhere (x86)', PROGRAMW6432: root }, 'win32');
  expect(found).toEqual({ browser: { name: 'Google Chrome', path: join(root, program) } });
});

test('a directory with a browser’s name isn’t taken for the browser', async () => {
  const root = await install({ 'chromium/README': '', firefox: '' });
  const found = await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux');
  expect(found).toEqual({ browser: { name: 'Firefox', path: join(root, 'firefox') } });
});

test('a browser that the user can run but not read is used', async ({ skip }) => {
  skip(onWindows, noModes);
  const root = await install({ chromium: '' });
  await chmod(root, 0o711);
  await chmod(join(root, 'chromium'), 0o111);
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65_534);
  const found = await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux').finally(() => {
    if (user === 0) process.seteuid?.(0);
  });
  expect(found).toEqual({ browser: { name: 'Chromium', path: join(root, 'chromium') } });
});

test('another browser is used instead of a Snap', async () => {
  const root = await install({ chromium: '#!/bin/sh\nexec /snap/bin/chromium "$@"\n', firefox: '' });
  const found = await findBrowser({ PATH: root, DISPLAY: ':0' }, 'linux');
  expect(found).toEqual({ browser: { name: 'Firefox', path: join(root, 'firefox') } });
});

test('on Linux without a screen, no browser is found, because no window could open', async () => {
  const root = await install({ chromium: '' });
  const why = { why: 'this terminal has no graphical display for a separate window.' };
  expect(await findBrowser({ PATH: root }, 'linux')).toEqual(why);
  expect(await findBrowser({ PATH: root, DISPLAY: '', WAYLAND_DISPLAY: '' }, 'linux')).toEqual(why);
});

test('if no browser is installed, the reason lists the supported ones', async () => {
  expect(await findBrowser({ DISPLAY: ':0' }, 'linux')).toEqual({
    why: 'no Chrome, Edge, Brave, Chromium or Firefox was found for a separate window.',
  });
});
