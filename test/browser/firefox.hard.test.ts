import { readdir } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { openCaptureWindow } from '../../src/browser/windows.ts';
import { redirect } from './servers.ts';
import { approved, exists, setUp, startScreen, temporaryRoot, until } from './window.ts';

vi.setConfig({ testTimeout: 60_000 });

test('Firefox leaves nothing in the user’s home', async (context) => {
  const path = '/usr/bin/firefox-esr';
  if (!(await exists(path))) context.skip('no Firefox on this computer: apt-get install firefox-esr');
  const home = await temporaryRoot();
  const { options, surroundings, root, listener } = await setUp(
    { '/authorize': redirect(approved) },
    { screen: await startScreen(), env: { HOME: home, TMPDIR: home } },
  );
  const opened = await openCaptureWindow({ ...options, browser: { name: 'Firefox', path } }, surroundings);
  if ('why' in opened) throw new Error(opened.why);
  await until('the listener was asked', () => listener.seen.length > 0);
  await opened.close();
  expect(await readdir(root)).toEqual([]);
  expect(await readdir(home, { recursive: true })).toEqual([]);
});
