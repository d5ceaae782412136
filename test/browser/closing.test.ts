import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { openCaptureWindow } from '../../src/browser/capture.ts';
import { page, redirect } from './servers.ts';
import { approved, processesWith, profilesIn, setUp, startScreen, temporaryRoot, until } from './window.ts';

const pages = { '/authorize': page('<h1>Authorize</h1>') };

/** What a browser left in this directory, given to it as the user's own and for temporary files. */
async function tracesIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).filter((name) => /chrom|google/i.test(name));
}

/** Closes every tab, as a person does, through a second way into the browser that the test alone opens. */
async function closeTabs(root: string): Promise<void> {
  const [profile] = await profilesIn(root);
  const file = join(String(profile), 'DevToolsActivePort');
  const readPort = () => readFile(file, 'utf8').catch(() => '');
  await until('the browser told its port', async () => (await readPort()).includes('\n'));
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${String((await readPort()).split('\n')[0])}`);
  for (const tab of browser.contexts().flatMap((context) => context.pages())) await tab.close();
}

test.for([false, true])(
  'a person who closes the window ends the capture (on a screen: %s)',
  async (onScreen, context) => {
    const screen = onScreen ? { screen: await startScreen(context) } : {};
    const scene = { extraArguments: ['--remote-debugging-port=0'], ...screen };
    const { open, root } = await setUp(context, pages, scene);
    const window = await open();
    await closeTabs(root);
    await window.closed;
    expect(await readdir(root)).toEqual([]);
  },
);

test('a browser that dies ends the capture and leaves nothing', async (context) => {
  const home = await temporaryRoot();
  const { open, root } = await setUp(context, pages, { env: { HOME: home, TMPDIR: home } });
  const window = await open();
  const [profile] = await profilesIn(root);
  // Its helpers say their type; by their numbers, which begin anew at some point, none can be told from another.
  const leader = (await processesWith(`--user-data-dir=${String(profile)}`)).find(
    ({ args }) => !args.includes('--type='),
  );
  process.kill(leader?.pid ?? NaN, 'SIGKILL');
  await window.closed;
  expect(await readdir(root)).toEqual([]);
  expect(await tracesIn(home)).toEqual([]);
});

test('the profile is the user’s alone while the window is open, and nothing is left when it is closed', async (context) => {
  const home = await temporaryRoot();
  const { open, root, listener } = await setUp(
    context,
    { '/authorize': redirect(approved) },
    { env: { HOME: home, TMPDIR: home } },
  );
  const window = await open();
  await until('the listener was asked', () => listener.seen.length > 0);
  const [profile] = await profilesIn(root);
  expect(basename(String(profile))).toMatch(new RegExp(`^ottokit-tiktok-window-${String(process.pid)}-\\w+$`));
  expect((await stat(String(profile))).mode & 0o777).toBe(0o700);
  await window.close();
  expect(await readdir(root)).toEqual([]);
  expect(await processesWith(String(profile))).toEqual([]);
  expect(await tracesIn(home)).toEqual([]);
});

test('Ctrl-C closes the window', async (context) => {
  const interrupt = new AbortController();
  const { open, root } = await setUp(context, pages, { signal: interrupt.signal });
  const window = await open();
  interrupt.abort();
  await window.closed;
  expect(await readdir(root)).toEqual([]);
});

test('Ctrl-C before the window is there leaves none behind', async (context) => {
  const { options, root } = await setUp(context, pages, { signal: AbortSignal.abort() });
  expect(await openCaptureWindow(options)).toEqual({ ok: false, why: 'it is not wanted any more' });
  expect(await readdir(root)).toEqual([]);
});

test('a browser that does not end when asked is made to', async (context) => {
  const { open, root } = await setUp(context, pages);
  const window = await open();
  const [profile] = await profilesIn(root);
  // Its helpers say their type; by their numbers, which begin anew at some point, none can be told from another.
  const leader = (await processesWith(`--user-data-dir=${String(profile)}`)).find(
    ({ args }) => !args.includes('--type='),
  );
  process.kill(leader?.pid ?? NaN, 'SIGSTOP');
  await window.close();
  expect(await readdir(root)).toEqual([]);
  expect(await processesWith(String(profile))).toEqual([]);
});

test('closing a window twice is no mistake', async (context) => {
  const { open, root } = await setUp(context, pages);
  const window = await open();
  await Promise.all([window.close(), window.close()]);
  await window.close();
  expect(await readdir(root)).toEqual([]);
});

/** A program that stands for a browser. */
async function program(lines: string): Promise<{ name: string; path: string }> {
  const path = join(await temporaryRoot(), 'browser');
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return { name: 'Chromium', path };
}

test.for([
  ['is not there', '/nowhere/chrome', 'it could not be run (ENOENT)'],
  ['cannot be run', '/etc/passwd', 'it could not be run (EACCES)'],
  ['is said to be below a file', '/etc/passwd/chrome', 'it could not be run (ENOTDIR)'],
  ['ends at once', '/bin/false', 'it ended (exit code 1)'],
  ['is one of Windows, inside WSL', '/mnt/c/chrome.exe', 'a browser of Windows cannot be led from inside WSL'],
] as const)('a browser that %s is named as the reason', async ([, path, why], context) => {
  const { options, root } = await setUp(context, pages);
  const opened = await openCaptureWindow({ ...options, browser: { name: 'Chrome', path }, own: onLinux });
  expect(opened).toEqual({ ok: false, why });
  expect(await readdir(root)).toEqual([]);
});

const onLinux = { pid: process.pid, platform: 'linux' as const, kill: process.kill.bind(process) };

test('a missing screen is named as the reason', async (context) => {
  const { options, root } = await setUp(context, pages, { env: { DISPLAY: '', WAYLAND_DISPLAY: '' } });
  const opened = await openCaptureWindow({ ...options, extraArguments: [] });
  expect(opened).toEqual({ ok: false, why: 'there is no screen to open it on' });
  expect(await readdir(root)).toEqual([]);
});

test('a browser that says nothing is given up in time', async (context) => {
  const { options, root } = await setUp(context, pages);
  const browser = await program('exec sleep 60');
  const opened = await openCaptureWindow({ ...options, browser, startLimit: 200 });
  expect(opened).toEqual({ ok: false, why: 'it did not open within 0.2 seconds' });
  expect(await readdir(root)).toEqual([]);
  expect(await processesWith(browser.path)).toEqual([]);
});

test('a browser that keeps its profile somewhere else is not used, for nobody would delete it', async (context) => {
  const elsewhere = await temporaryRoot();
  const { options, root, tiktok } = await setUp(context, pages, { env: { TMPDIR: elsewhere } });
  const browser = await program(
    `for a; do shift; case $a in --user-data-dir=*|--disk-cache-dir=*) ;; *) set -- "$@" "$a";; esac; done
     unset BREAKPAD_DUMP_LOCATION
     exec ${options.browser.path} --user-data-dir=${elsewhere} "$@"`,
  );
  const opened = await openCaptureWindow({ ...options, browser });
  expect(opened).toEqual({ ok: false, why: expect.stringContaining('keeps its profile somewhere else') as string });
  expect(tiktok.seen).toEqual([]);
  expect(await readdir(root)).toEqual([]);
});

test('a place where no profile can be made is named as the reason', async (context) => {
  const { options } = await setUp(context, pages);
  const temporaryRoot = join(options.temporaryRoot, 'missing');
  const opened = await openCaptureWindow({ ...options, temporaryRoot });
  expect(opened).toEqual({ ok: false, why: 'its profile could not be made (ENOENT)' });
});
