import { expect, test } from 'vitest';
import { browser } from '../../../src/doctor/checks/browser.ts';
import type { Facts } from '../../../src/doctor/facts.ts';

const checkIn = (env: Readonly<Record<string, string>>) =>
  browser.run({ io: { env, host: { platform: 'linux' } } } as unknown as Facts);

test.each([
  ['there is no display', {}, 'this terminal has no graphical display for a separate window'],
  ['there is none', { DISPLAY: ':0' }, 'no Chrome, Edge, Brave, Chromium or Firefox was found for a separate window'],
])('doctor says that no separate window can open because %s', async (_, env, why) => {
  const finding = await checkIn({ PATH: '/nowhere', BROWSER: '/usr/bin/browser', ...env });
  expect(finding).toEqual({ status: 'pass', detail: `the one in BROWSER, which was not tried; ${why}` });
});
