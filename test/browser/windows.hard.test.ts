import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { captureWindows } from '../../src/browser/windows.ts';
import { redirect } from './servers.ts';
import { approved, setUp, temporaryRoot, until } from './window.ts';

/** Where the program runs: this computer, with a directory for temporary files of the test's own. */
const hostWith = (temporaryDirectory: string) => ({
  platform: process.platform,
  isRoot: process.geteuid?.() === 0,
  nodeVersion: process.versions.node,
  homeDirectory: temporaryDirectory,
  temporaryDirectory,
  own: process,
});
const clock = { now: Date.now, monotonic: () => performance.now(), sleep: () => Promise.resolve() };

test('the browser that is found opens the window', async () => {
  const { options, root, listener, sink } = await setUp({ '/authorize': redirect(approved) });
  const chrome = join(await temporaryRoot(), 'chromium');
  const extra = (options.extraArguments ?? []).map((argument) => `'${argument}'`).join(' ');
  await writeFile(chrome, `#!/bin/sh\nexec ${options.browser.path} ${extra} "$@"\n`);
  await chmod(chrome, 0o755);

  const env = { ...process.env, CHROME_PATH: chrome };
  const windows = captureWindows({ env, host: hostWith(root), clock }, { exempt: [] });
  expect(await windows.find()).toEqual({ browser: { name: 'Chromium', path: chrome } });
  const { authorizationUrl, redirectUrl, matches, forwardTo, signal } = options;
  const browser = { name: 'Chromium', path: chrome };
  const opened = await windows.open({ browser, authorizationUrl, redirectUrl, matches, forwardTo, signal });
  if (!opened.ok) throw new Error(opened.why);
  onTestFinished(() => opened.window.close());
  expect(await readdir(root)).toEqual([expect.stringContaining('ottokit-tiktok-window-')]);
  await until('the listener was asked', () => listener.seen.length > 0);
  expect(sink.connections()).toBe(0);
});

test('a proxy that a window can’t use is the reason for none', async () => {
  const windows = captureWindows({ env: {}, host: hostWith('/nowhere'), clock }, 'the proxy needs a password.');
  expect(await windows.find()).toEqual({ why: 'the proxy needs a password.' });
});
