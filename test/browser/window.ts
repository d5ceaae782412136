import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import type { Browser } from '../../src/browser/find.ts';
import type { WindowContext } from '../../src/browser/prepare-profile.ts';
import { openCaptureWindow, type CaptureWindow, type CaptureWindowOptions } from '../../src/browser/windows.ts';
import type { Host } from '../../src/ground/io.ts';
import type { ProxyRules } from '../../src/ground/env.ts';
import { makeClock } from '../../src/ground/clock.ts';
import type { After } from '../journeys/machine.ts';
import { page, startServer, startSink, type Answer } from './servers.ts';

export const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
export const state = 'our-state';
/** The address to which TikTok Shop sends the browser when the seller approves. */
export const approved = `${redirectUrl}?app_key=6abc&code=TTP_code&locale=en&shop_region=US&state=${state}`;

/** Finds this computer's real browser. If there is none, skips the test whose context is given, or rejects. */
export async function realBrowser(context?: TestContext): Promise<Browser> {
  for (const path of [process.env['CHROME_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome']) {
    if (path && (await exists(path))) return { name: 'Chromium', path };
  }
  const missing = 'no Chromium or Chrome on this computer: apt-get install chromium, or set CHROME_PATH';
  return context === undefined ? Promise.reject(new Error(missing)) : context.skip(missing);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Starts a virtual screen and returns its value for `DISPLAY`. Fails without Xvfb. */
export async function startScreen(after: After = onTestFinished): Promise<string> {
  const screen = spawn('/usr/bin/Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1280x900x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  after(async () => {
    if (screen.kill()) await once(screen, 'exit');
  });
  const number: unknown[] = await once(screen.stdio[3] as NodeJS.ReadableStream, 'data');
  return `:${String(number[0]).trim()}`;
}

export async function temporaryRoot(after: After = onTestFinished): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-test-'));
  after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  return root;
}

export async function profilesIn(root: string): Promise<string[]> {
  const names = await readdir(root);
  return names.filter((name) => name.startsWith('ottokit-tiktok-window-')).map((name) => join(root, name));
}

/** Returns the ids and arguments of the processes whose arguments contain this text. */
export async function processesWith(text: string): Promise<{ pid: number; args: string }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    ids.map(async (id) => ({
      pid: Number(id),
      args: await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
  return all.filter(({ args }) => args.includes(text));
}

export interface Scene {
  readonly env?: Record<string, string | undefined>;
  /** Arguments for the browser, in addition to the program's own. */
  readonly extraArguments?: readonly string[];
  /** A value for `DISPLAY`; without it the browser is headless. */
  readonly screen?: string;
  readonly signal?: AbortSignal;
  readonly proxies?: ProxyRules;
  /** Milliseconds; 20,000 by default instead of the program's 5,000, because many tests may run at once. */
  readonly proofTimeoutMs?: number;
  /** Registers cleanup; for the end of the running test by default. */
  readonly after?: After;
}

/** This computer, but with this directory as its home and for temporary files. */
export const hostWith = (temporaryDirectory: string): Host => ({
  platform: process.platform,
  nodeVersion: process.versions.node,
  homeDirectory: temporaryDirectory,
  temporaryDirectory,
  ownProcess: process,
});

/** Writes a shell script with these lines that is run instead of a browser. */
export async function program(lines: string, after: After = onTestFinished): Promise<Browser> {
  const path = join(await temporaryRoot(after), 'chromium');
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return { name: 'Chromium', path };
}

/** Prepares a capture window, and real servers for TikTok Shop's pages, the listener and api.ottokit.com (the sink). */
export async function setUp(pages: Readonly<Record<string, Answer>>, scene: Scene = {}) {
  const { after = onTestFinished, screen, proofTimeoutMs = 20_000 } = scene;
  const real = await realBrowser();
  const sink = await startSink(after);
  const tiktok = await startServer(pages, after);
  const listener = await startServer({ '/callback': page('<h1>Received</h1>') }, after);
  const root = await temporaryRoot(after);
  const extraArguments = [
    ...(screen === undefined ? ['--headless=new'] : []),
    // Requests that the window fails to capture reach the sink.
    `--host-resolver-rules=MAP api.ottokit.com 127.0.0.1:${String(sink.port)}`,
    ...(scene.extraArguments ?? []),
  ];
  const words = extraArguments.map((argument) => `'${argument}'`).join(' ');
  const options: CaptureWindowOptions = {
    browser: await program(`exec ${real.path} ${words} "$@"`, after),
    authorizationUrl: `${tiktok.origin}/authorize?state=${state}`,
    redirectUrl,
    forwardTo: (query) => (query.get('state') === state ? `${listener.origin}/callback?${query.toString()}` : null),
    signal: scene.signal ?? new AbortController().signal,
  };
  const clock = makeClock();
  const surroundings: WindowContext = {
    env: { ...process.env, ...(screen === undefined ? {} : { DISPLAY: screen }), ...scene.env },
    host: hostWith(root),
    clock: { ...clock, sleep: (ms, signal) => clock.sleep((ms * proofTimeoutMs) / 5_000, signal) },
    proxies: scene.proxies ?? { exempt: [] },
  };
  const open = async (): Promise<CaptureWindow> => {
    const opened = await openCaptureWindow(options, surroundings);
    if ('why' in opened) throw new Error(opened.why);
    after(() => opened.close());
    return opened;
  };
  return { sink, tiktok, listener, root, options, surroundings, open };
}

/** Waits until another process has done something. Fails after 25 seconds and says what didn't happen. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 25_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`timed out before ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
