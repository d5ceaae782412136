import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { captureWindows } from '../../src/browser/windows.ts';
import { makeClock } from '../../src/ground/clock.ts';
import { redirect } from './servers.ts';
import { approved, hostWith, setUp, until } from './window.ts';

const clock = makeClock();

test('the browser that is found opens the window', async () => {
  const { options, root, listener, sink } = await setUp({ '/authorize': redirect(approved) });
  const env = { ...process.env, CHROME_PATH: options.browser.path };
  const windows = captureWindows({ env, host: hostWith(root), clock }, { exempt: [] });
  expect(await windows.find()).toEqual({ browser: options.browser });
  const opened = await windows.open(options);
  if ('why' in opened) throw new Error(opened.why);
  onTestFinished(() => opened.close());
  expect(await readdir(root)).toEqual([expect.stringContaining('ottokit-tiktok-window-')]);
  await until('the listener was asked', () => listener.seen.length > 0);
  expect(sink.connections()).toBe(0);
});

test('if a window can’t use the proxy, the reason says so', async () => {
  const windows = captureWindows({ env: {}, host: hostWith('/nowhere'), clock }, 'the proxy needs a password.');
  expect(await windows.find()).toEqual({ why: 'the proxy needs a password.' });
});
