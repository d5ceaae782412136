import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import {
  openCaptureWindow,
  type CaptureWindow,
  type CaptureWindowOptions,
  type Surroundings,
} from '../../src/browser/capture.ts';
import type { Browser } from '../../src/browser/find.ts';
import { startServer, startSink, page, type Answer } from './servers.ts';

export const redirectUrl = 'https://api.ottokit.com/tiktok_shop/connection';
export const state = 'our-state';
/** What TikTok Shop sends the browser to when the seller approves. */
export const approved = `${redirectUrl}?app_key=6abc&code=TTP_code&locale=en&shop_region=US&state=${state}`;

/** The real browser of this computer; without one the test reports itself as skipped. */
export async function realBrowser(context: TestContext): Promise<Browser> {
  const paths = [process.env['CHROME_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'];
  for (const path of paths) {
    if (
      path !== '' &&
      (await access(path).then(
        () => true,
        () => false,
      ))
    )
      return { name: 'Chromium', path };
  }
  return context.skip('no Chromium or Chrome on this computer (apt-get install chromium, or set CHROME_PATH)');
}

export async function temporaryRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ottokit-tiktok-test-'));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  return root;
}

export async function profilesIn(root: string): Promise<string[]> {
  return (await readdir(root)).filter((name) => name.startsWith('ottokit-tiktok-window-'));
}

/** A capture window on real servers: TikTok Shop's pages, the listener, and a sink in the place of api.ottokit.com. */
export async function setUp(context: TestContext, pages: Record<string, Answer>, extra: Partial<Surroundings> = {}) {
  const browser = await realBrowser(context);
  const sink = await startSink();
  const tiktok = await startServer(pages);
  const listener = await startServer({ '/callback': page('<h1>Received</h1>') });
  const root = await temporaryRoot();
  const options: CaptureWindowOptions & Surroundings = {
    browser,
    authorizationUrl: `${tiktok.origin}/authorize?state=${state}`,
    redirectUrl,
    matches: (query) => query.get('state') === state,
    forwardTo: (query) => `${listener.origin}/callback?${query.toString()}`,
    temporaryRoot: root,
    env: process.env,
    own: process,
    isRoot: process.geteuid?.() === 0,
    signal: new AbortController().signal,
    ...extra,
    extraArguments: [
      '--headless=new',
      `--host-resolver-rules=MAP api.ottokit.com 127.0.0.1:${String(sink.port)}`,
      ...(extra.extraArguments ?? []),
    ],
  };
  const open = async (): Promise<CaptureWindow> => {
    const opened = await openCaptureWindow(options);
    if (!opened.ok) throw new Error(opened.why);
    onTestFinished(() => opened.window.close());
    return opened.window;
  };
  return { sink, tiktok, listener, root, options, open };
}

/** Waits for something that another process does; fails after 10 seconds, saying what was awaited. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
