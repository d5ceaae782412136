import { expect, test } from 'vitest';
import { browser } from '../../../src/doctor/checks/browser.ts';
import type { Facts } from '../../../src/doctor/facts.ts';

const checkIn = (env: Readonly<Record<string, string>>) =>
  browser.run({ io: { env, host: { platform: 'linux' } } } as unknown as Facts);

test.each([
  ['there is no display', {}, 'this terminal has no graphical display for a separate window'],
  [
    'there is no such browser',
    { DISPLAY: ':0' },
    'no Chrome, Edge, Brave, Chromium or Firefox was found for a separate window',
  ],
])('doctor says that no separate window can open because %s', async (_, env, why) => {
  const finding = await checkIn({ PATH: '/nowhere', BROWSER: '/usr/bin/browser', ...env });
  expect(finding).toEqual({ status: 'pass', detail: `the one in BROWSER, which wasn’t tried; ${why}` });
});

test.each([
  ['the proxy needs a password', { HTTPS_PROXY: 'http://me:secret@proxy.example' }],
  ['HTTPS_PROXY isn’t an address', { HTTPS_PROXY: 'proxy:port' }],
  ['CHROME_PATH names no program', { CHROME_PATH: '/nowhere/chrome' }],
])('doctor doesn’t promise a separate window if %s', async (why, env) => {
  const finding = await checkIn({ DISPLAY: ':0', CHROME_PATH: process.execPath, ...env });
  expect(finding).toMatchObject({
    status: 'pass',
    detail: expect.stringContaining(`the system’s default, which wasn’t tried; ${why}`) as string,
  });
});

test.each([
  ['BROWSER is none', { DISPLAY: ':0', BROWSER: 'none' }],
  ['the Windows computer is used over SSH', { WSL_DISTRO_NAME: 'Debian', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }],
])('doctor warns that no browser can be opened because %s', async (_, env) => {
  expect(await checkIn({ PATH: '/nowhere', ...env })).toMatchObject({
    status: 'warn',
    detail: 'no browser can be opened here',
  });
});

test('doctor names the system’s default browser in WSL', async () => {
  const finding = await checkIn({ PATH: '/nowhere', WSL_DISTRO_NAME: 'Debian' });
  expect(finding).toMatchObject({ status: 'pass', detail: expect.stringMatching(/^the system’s default/) as string });
});
