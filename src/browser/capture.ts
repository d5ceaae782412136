import type { Env } from '../ground/env.ts';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { argumentsFor, environmentFor } from './arguments.ts';
import { startBrowser, type BrowserProcess } from './browser-process.ts';
import type { Browser } from './find.ts';
import { intercept, watchPages, type Answering } from './interception.ts';
import type { OwnProcess } from './own-process.ts';
import { deleteProfile, isUsed, makeProfile } from './profile.ts';

export interface CaptureWindowOptions extends Answering {
  readonly browser: Browser;
  /** Where the window goes first. */
  readonly authorizationUrl: string;
  /** Closes the window. */
  readonly signal: AbortSignal;
}

/** Where and as whom the window's browser runs. */
export interface Surroundings {
  /** An existing directory; the window's profile is made in it. */
  readonly temporaryRoot: string;
  readonly env: Env;
  readonly own: OwnProcess;
  /** Whether this program runs as root: on Linux, Chrome does not start its sandbox then and must go without. */
  readonly isRoot: boolean;
  readonly extraArguments?: readonly string[];
  /** Milliseconds for the window to open; 10 seconds unless given. */
  readonly startLimit?: number;
}

export interface CaptureWindow {
  /** Resolves when the window is gone (the person closed it, it crashed, or `close`) and its profile deleted. */
  readonly closed: Promise<void>;
  /** Ends the browser and deletes the profile; resolves when that is done. May be called again. */
  close(): Promise<void>;
}

/** `why` is the end of a sentence: "Google Chrome could not be started: it ended (exit code 1)". */
export type OpenedWindow =
  { readonly ok: true; readonly window: CaptureWindow } | { readonly ok: false; readonly why: string };

/**
 * Opens a separate browser window with a temporary profile at the authorization address. In it the one request that
 * is TikTok Shop's answer is taken to an address on this computer and never leaves it (see `intercept`). Everything
 * else works as in any window, and nothing about it is read or kept. Never rejects.
 */
export async function openCaptureWindow(options: CaptureWindowOptions & Surroundings): Promise<OpenedWindow> {
  const { temporaryRoot, own, browser } = options;
  if (own.platform === 'linux' && /\.exe$/i.test(browser.path)) {
    return { ok: false, why: 'a browser of Windows cannot be led from inside WSL' };
  }
  let profile: string;
  try {
    profile = await makeProfile(temporaryRoot, own);
  } catch (error) {
    return { ok: false, why: `its profile could not be made (${String((error as NodeJS.ErrnoException).code)})` };
  }
  return openWith(profile, options);
}

async function openWith(profile: string, options: CaptureWindowOptions & Surroundings): Promise<OpenedWindow> {
  const { authorizationUrl, signal } = options;
  const { browser, firstPage } = start(profile, options);
  const closed = browser.ended.then(() => deleteProfile(profile)).then(() => undefined);

  const refused = await Promise.race([
    browser.ended,
    overdue(options),
    firstPage.then((page) => goTo(authorizationUrl, page, browser, profile)),
  ]);
  if (refused !== null || signal.aborted) {
    browser.kill();
    await closed;
    return { ok: false, why: refused ?? notWanted };
  }

  const close = async (): Promise<void> => {
    await endBrowser(browser);
    await closed;
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  void closed.then(() => {
    signal.removeEventListener('abort', onAbort);
  });
  return { ok: true, window: { closed, close } };
}

/** `firstPage` resolves with the first page's session, once its requests to the Redirect URL are held back. */
function start(
  profile: string,
  options: CaptureWindowOptions & Surroundings,
): { browser: BrowserProcess; firstPage: Promise<string> } {
  const { isRoot, own, extraArguments = [] } = options;
  let pageReady: (session: string) => void = () => undefined;
  const firstPage = new Promise<string>((resolve) => (pageReady = resolve));
  const launch = {
    path: options.browser.path,
    args: argumentsFor(profile, isRoot && own.platform === 'linux', extraArguments),
    env: environmentFor(profile, options.env),
    onEvent: intercept(options, { pageReady, noPageLeft: () => void endBrowser(browser) }),
  };
  const browser: BrowserProcess = startBrowser(launch, own);
  void browser.send('Target.setAutoAttach', watchPages);
  return { browser, firstPage };
}

const notWanted = 'it is not wanted any more';

/** Resolves when the window has had its time to open, or is not wanted any more. */
async function overdue({ signal, startLimit = 10_000 }: CaptureWindowOptions & Surroundings): Promise<string> {
  const limit = AbortSignal.timeout(startLimit);
  const either = AbortSignal.any([limit, signal]);
  if (!either.aborted) await once(either, 'abort');
  return signal.aborted ? notWanted : `it did not open within ${String(startLimit / 1000)} seconds`;
}

/** Sends a page to the address; the answer is not waited for, a slow site is not a failure. `null`, or why it cannot. */
async function goTo(url: string, page: string, browser: BrowserProcess, profile: string): Promise<string | null> {
  if (!(await isUsed(profile))) return 'it keeps its profile somewhere else, as a Snap or Flatpak package does';
  void browser.send('Page.navigate', { url }, page);
  return null;
}

/** Asks the browser to end, and makes it after 3 seconds. */
async function endBrowser(browser: BrowserProcess): Promise<void> {
  const asked = new AbortController();
  void browser.send('Browser.close');
  await Promise.race([browser.ended, sleep(3000, undefined, { signal: asked.signal })]);
  asked.abort();
  browser.kill();
}
