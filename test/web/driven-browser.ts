import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';
import { realBrowser, until } from '../browser/window.ts';

/** A browser that the program starts by itself, and that the test sees into by a second way: a port of its own. */
export interface DrivenBrowser {
  /** For `CHROME_PATH` or `BROWSER`. */
  readonly path: string;
  /** The first page of the browser whose profile is this directory, as soon as there is one. */
  page(profile: string): Promise<Page>;
}

interface Look {
  /** Where connections to api.ottokit.com end up. */
  readonly sinkPort: number;
  /** On the screen that `DISPLAY` names; headless otherwise. */
  readonly onScreen?: boolean;
  /** A profile that is given to the browser, because the program gives it none. */
  readonly profile?: string;
}

/** Writes the start script into `directory`. Without a real browser the test reports itself as skipped. */
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

/** What the program's own window is given by the program. */
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

/** The profile of the window that the program opens, as soon as it is there. */
export async function windowProfile(temporaryDirectory: string): Promise<string> {
  const profiles = async (): Promise<readonly string[]> =>
    (await readdir(temporaryDirectory)).filter((name) => name.startsWith('ottokit-tiktok-window-'));
  await until('the program opened its window', async () => (await profiles()).length > 0);
  return join(temporaryDirectory, (await profiles())[0] ?? '');
}

/** Ends the browsers that were started by this script. */
export async function endBrowsers({ path }: DrivenBrowser): Promise<void> {
  const ids = await readFile(`${path}.pid`, 'utf8').catch(() => '');
  for (const id of ids.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
