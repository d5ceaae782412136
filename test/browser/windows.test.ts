import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
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

test('the browser that is found opens the window, and what a killed run left is cleared', async (context) => {
  const { options, root, listener, sink } = await setUp(context, { '/authorize': redirect(approved) });
  const gone = spawn('/bin/true');
  await once(gone, 'exit');
  await mkdir(join(root, `ottokit-tiktok-window-${String(gone.pid)}-abcdef`));
  const chrome = join(await temporaryRoot(), 'chromium');
  const extra = (options.extraArguments ?? []).map((argument) => `'${argument}'`).join(' ');
  await writeFile(chrome, `#!/bin/sh\nexec ${options.browser.path} ${extra} "$@"\n`);
  await chmod(chrome, 0o755);

  const windows = captureWindows({ env: { ...process.env, CHROME_PATH: chrome }, host: hostWith(root) });
  const browser = await windows.find();
  expect(browser).toEqual({ name: 'Chromium', path: chrome });
  const { authorizationUrl, redirectUrl, matches, forwardTo, signal } = options;
  const opened = await windows.open({
    browser: browser ?? options.browser,
    authorizationUrl,
    redirectUrl,
    matches,
    forwardTo,
    signal,
  });
  if (!opened.ok) throw new Error(opened.why);
  onTestFinished(() => opened.window.close());
  expect(await readdir(root)).toEqual([expect.stringContaining(`-${String(process.pid)}-`)]);
  await until('the listener was asked', () => listener.seen.length > 0);
  expect(sink.connections()).toBe(0);
});
