import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { openCaptureWindow } from '../../src/browser/windows.ts';
import { page, redirect } from './servers.ts';
import {
  approved,
  processesWith,
  profilesIn,
  program,
  realBrowser,
  setUp,
  startScreen,
  temporaryRoot,
  until,
} from './window.ts';

vi.setConfig({ testTimeout: 60_000 });

const pages = { '/authorize': page('<h1>Authorize</h1>') };

/** Returns what a browser left in the directory that was its home and its temporary directory. */
async function tracesIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).filter((name) => /chrom|google/i.test(name));
}

/** Closes every tab, as the user would, through a debugging port that only the test opens. */
async function closeTabs(root: string): Promise<void> {
  const [profile] = await profilesIn(root);
  const file = join(String(profile), 'DevToolsActivePort');
  const readPort = () => readFile(file, 'utf8').catch(() => '');
  await until('the browser wrote its port', async () => (await readPort()).includes('\n'));
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${String((await readPort()).split('\n')[0])}`);
  for (const tab of browser.contexts().flatMap((context) => context.pages())) await tab.close();
}

test('closing the window ends the capture', async () => {
  const scene = { extraArguments: ['--remote-debugging-port=0'], screen: await startScreen() };
  const { open, root } = await setUp(pages, scene);
  const window = await open();
  await closeTabs(root);
  await window.closed;
  expect(await readdir(root)).toEqual([]);
});

test('a browser that crashes ends the capture and leaves nothing behind', async () => {
  const home = await temporaryRoot();
  const { open, root } = await setUp(pages, { env: { HOME: home, TMPDIR: home } });
  const window = await open();
  const [profile] = await profilesIn(root);
  // Only its child processes have a --type.
  const leader = (await processesWith(`--user-data-dir=${String(profile)}`)).find(
    ({ args }) => !args.includes('--type='),
  );
  process.kill(leader?.pid ?? NaN, 'SIGKILL');
  await window.closed;
  expect(await readdir(root)).toEqual([]);
  expect(await tracesIn(home)).toEqual([]);
});

test('a browser killed while it is quitting leaves nothing behind', async () => {
  const home = await temporaryRoot();
  const { options, surroundings, root } = await setUp(pages, { env: { HOME: home, TMPDIR: home } });
  // As it quits, Chromium removes the link to its socket's directory before that directory.
  const browser = await program(
    `for a; do case $a in --user-data-dir=*) profile=\${a#*=};; esac; done
${options.browser.path} "$@" &
trap "rm '$profile/SingletonSocket'; kill -9 $!" TERM
wait`,
  );
  const window = await openCaptureWindow({ ...options, browser }, surroundings);
  if ('why' in window) throw new Error(window.why);
  await window.close();
  expect(await readdir(root)).toEqual([]);
  expect(await tracesIn(home)).toEqual([]);
});

test('only the user can read the window’s profile, and closing the window, even twice, deletes it', async () => {
  const home = await temporaryRoot();
  const { open, root, listener } = await setUp(
    { '/authorize': redirect(approved) },
    { env: { HOME: home, TMPDIR: home } },
  );
  const window = await open();
  await until('the listener was asked', () => listener.seen.length > 0);
  const [profile = ''] = await profilesIn(root);
  expect((await stat(profile)).mode & 0o777).toBe(0o700);
  await Promise.all([window.close(), window.close()]);
  await window.close();
  expect(await readdir(root)).toEqual([]);
  expect(await processesWith(profile)).toEqual([]);
  expect(await tracesIn(home)).toEqual([]);
});

test('Ctrl-C closes the window', async () => {
  const interrupt = new AbortController();
  const { open, root } = await setUp(pages, { signal: interrupt.signal });
  const window = await open();
  interrupt.abort();
  await window.closed;
  expect(await readdir(root)).toEqual([]);
});

test('Ctrl-C before the window opens leaves nothing behind', async () => {
  const { options, surroundings, root } = await setUp(pages, { signal: AbortSignal.abort() });
  expect(await openCaptureWindow(options, surroundings)).toEqual({ why: 'the window is no longer needed' });
  expect(await readdir(root)).toEqual([]);
});

test('a browser that ignores the request to close is killed', async () => {
  const { open, root } = await setUp(pages);
  const window = await open();
  const [profile] = await profilesIn(root);
  // Only its child processes have a --type.
  const leader = (await processesWith(`--user-data-dir=${String(profile)}`)).find(
    ({ args }) => !args.includes('--type='),
  );
  process.kill(leader?.pid ?? NaN, 'SIGSTOP');
  await window.close();
  expect(await readdir(root)).toEqual([]);
  expect(await processesWith(String(profile))).toEqual([]);
});

test.for([
  ['doesn’t exist', '/nowhere/chrome', 'the browser couldn’t be run (ENOENT)'],
  ['isn’t executable', '/etc/passwd', 'the browser couldn’t be run (EACCES)'],
  ['has a file in its path', '/etc/passwd/chrome', 'the browser couldn’t be run (ENOTDIR)'],
  ['exits immediately', '/bin/false', 'the browser exited with code 1'],
] as const)('if the browser %s, the reason says so', async ([, path, why]) => {
  const { options, surroundings, root } = await setUp(pages);
  const opened = await openCaptureWindow({ ...options, browser: { name: 'Chrome', path } }, surroundings);
  expect(opened).toEqual({ why });
  expect(await readdir(root)).toEqual([]);
});

test('if there is no screen, the reason says so', async () => {
  const { options, surroundings, root } = await setUp(pages, { env: { DISPLAY: '', WAYLAND_DISPLAY: '' } });
  const opened = await openCaptureWindow({ ...options, browser: await realBrowser() }, surroundings);
  expect(opened).toEqual({ why: 'there is no screen to open it on' });
  expect(await readdir(root)).toEqual([]);
});

test('a browser that doesn’t open a window in time is killed', async () => {
  const { options, surroundings, root } = await setUp(pages, { proofTimeoutMs: 200 });
  const browser = await program('exec sleep 60');
  const opened = await openCaptureWindow({ ...options, browser }, surroundings);
  expect(opened).toEqual({ why: expect.stringMatching(/didn’t use the temporary profile/) as string });
  expect(await readdir(root)).toEqual([]);
  expect(await processesWith(browser.path)).toEqual([]);
});

/** Writes a program that starts the real browser with changed arguments. */
const changed = (real: string, change: string): Promise<{ name: string; path: string }> =>
  program(`for a; do shift; case $a in ${change} *) set -- "$@" "$a";; esac; done\nexec ${real} "$@"`);

test('a browser that uses another profile is closed before anyone signs in', async () => {
  const elsewhere = await temporaryRoot();
  const { options, surroundings, root, tiktok } = await setUp(pages, {
    env: { TMPDIR: elsewhere },
    proofTimeoutMs: 1_000,
  });
  const browser = await changed(options.browser.path, `--user-data-dir=*) set -- "$@" --user-data-dir=${elsewhere};;`);
  const opened = await openCaptureWindow({ ...options, browser }, surroundings);
  expect(opened).toHaveProperty('why');
  expect(tiktok.seen).toEqual([]);
  expect(await readdir(root)).toEqual([]);
});

test('a browser that rejects our certificate is closed before anyone signs in, and the reason says so', async () => {
  // Long enough for the browser to reject the certificate first, even on a slow machine.
  const { options, surroundings, root, tiktok } = await setUp(pages, { proofTimeoutMs: 8_000 });
  const browser = await program(
    `for a; do case $a in --user-data-dir=*) rm -r "\${a#*=}/Default";; esac; done\nexec ${options.browser.path} "$@"`,
  );
  const opened = await openCaptureWindow({ ...options, browser }, surroundings);
  expect(opened).toEqual({ why: expect.stringMatching(/^the browser doesn’t accept .* certificate/) as string });
  expect(tiktok.seen).toEqual([]);
  expect(await readdir(root)).toEqual([]);
});

test('a browser that ignores our proxy is closed before anyone signs in, and the reason says so', async () => {
  const { options, surroundings, root, tiktok } = await setUp(pages, { proofTimeoutMs: 3_000 });
  const browser = await changed(options.browser.path, '--proxy-pac-url=*) ;;');
  const opened = await openCaptureWindow({ ...options, browser }, surroundings);
  expect(opened).toEqual({ why: expect.stringMatching(/^the browser didn’t use .* proxy in time/) as string });
  expect(tiktok.seen).toEqual([]);
  expect(await readdir(root)).toEqual([]);
});

test('if the profile can’t be created, the reason says so', async () => {
  const { options, surroundings, root } = await setUp(pages);
  const host = { ...surroundings.host, temporaryDirectory: join(root, 'missing') };
  const opened = await openCaptureWindow(options, { ...surroundings, host });
  expect(opened).toEqual({ why: 'its profile or proxy couldn’t be created (ENOENT)' });
});
