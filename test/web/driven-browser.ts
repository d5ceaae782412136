import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';
import { realBrowser, until } from '../browser/window.ts';

/** A browser that the program starts itself, and that the test observes through a separate debugging port. */
export interface DrivenBrowser {
  /** A value for `CHROME_PATH` or `BROWSER`. */
  readonly path: string;
  /** Waits for the first page of the browser with this profile directory. */
  page(profile: string): Promise<Page>;
}

interface Look {
  /** The port that connections to api.ottokit.com reach instead. */
  readonly sinkPort: number;
  /** Whether the browser is on the screen named in `DISPLAY`; headless if omitted. */
  readonly onScreen?: boolean;
  /** A profile for the browser, if the program doesn't give it one. */
  readonly profile?: string;
}

/** Writes a script that starts the browser into `directory`. Skips the test if there is no real browser. */
export async function drivenBrowser(context: TestContext, directory: string, look: Look): Promise<DrivenBrowser> {
  const { path: real } = await realBrowser(context);
  const given = [
    ...(look.onScreen === true ? [] : ['--headless=new']),
    '--remote-debugging-port=0',
    `--host-resolver-rules=MAP api.ottokit.com 127.0.0.1:${String(look.sinkPort)}`,
    ...(look.profile === undefined ? [] : ownWindow(look.profile)),
  ];
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'chromium');
  const words = given.map((argument) => `'${argument}'`).join(' ');
  await writeFile(path, `#!/bin/sh\necho $$ >> "$0.pid"\nexec ${real} ${words} "$@"\n`);
  await chmod(path, 0o755);
  return { path, page: firstPage };
}

/** The arguments that the program would pass to its own window. */
function ownWindow(profile: string): readonly string[] {
  const withoutSandbox = process.geteuid?.() === 0 ? ['--no-sandbox'] : [];
  return [`--user-data-dir=${profile}`, '--no-first-run', '--disable-background-networking', ...withoutSandbox];
}

async function firstPage(profile: string): Promise<Page> {
  const portFile = join(profile, 'DevToolsActivePort');
  const read = (): Promise<string> => readFile(portFile, 'utf8').catch(() => '');
  await until('the browser wrote its port', async () => (await read()).includes('\n'));
  const [port = ''] = (await read()).split('\n');
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  onTestFinished(() => browser.close().catch(() => undefined));
  const pages = (): readonly Page[] => browser.contexts().flatMap((context) => context.pages());
  await until('the browser has a page', () => pages().length > 0);
  const [page] = pages();
  if (page === undefined) throw new Error('the page is gone');
  return page;
}

/** Waits for the profile of the program's window, and returns its path. */
export async function windowProfile(temporaryDirectory: string): Promise<string> {
  const profiles = async (): Promise<readonly string[]> =>
    (await readdir(temporaryDirectory)).filter((name) => name.startsWith('ottokit-tiktok-window-'));
  await until('the program opened its window', async () => (await profiles()).length > 0);
  return join(temporaryDirectory, (await profiles())[0] ?? '');
}

/** Kills the browsers that this script started. */
export async function endBrowsers({ path }: DrivenBrowser): Promise<void> {
  const ids = await readFile(`${path}.pid`, 'utf8').catch(() => '');
  for (const id of ids.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It has already exited.
    }
  }
}
