import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../ground/env.ts';
import { startBrowser, type Command, type OwnProcess } from './browser-process.ts';
import { startCaptureServer, type Answering, type CaptureServer } from './capture-server.ts';
import { startKeeper } from './keeper.ts';
import { environmentFor, prepareProfile, type Look } from './prepare-profile.ts';
import { deleteProfile, directoriesOf, isUsed, makeProfile, nameBrowser } from './profile.ts';

export interface CaptureWindowOptions extends Answering, Pick<Look, 'browser'> {
  /** Where the window goes once it is proven that it is answered here. */
  readonly authorizationUrl: string;
  /** Closes the window. */
  readonly signal: AbortSignal;
}

/** Where and as whom the window's browser runs. */
export interface Surroundings extends Omit<Look, 'browser' | 'redirectUrl'> {
  /** An existing directory; the window's profile is made in it. */
  readonly temporaryRoot: string;
  readonly env: Env;
  readonly own: OwnProcess;
  /** Milliseconds for a browser that has started to show its start page; 5 seconds unless given. */
  readonly proofTimeoutMs?: number;
}

export interface CaptureWindow {
  /**
   * Resolves when the window is gone (the person closed it, it crashed, or `close`) and its profile deleted, or with
   * the path of a profile that could not be deleted: it holds the person's sign-in.
   */
  readonly closed: Promise<string | undefined>;
  /** Opens this address in the window, in a new tab. Whether the window did so within some seconds. */
  show(authorizationUrl: string): Promise<boolean>;
  /** Ends the browser and deletes the profile; resolves when that is done. May be called again. */
  close(): Promise<void>;
}

/** `why` is the end of a sentence: "Google Chrome could not be started: it ended (exit code 1)". */
export type OpenedWindow =
  { readonly ok: true; readonly window: CaptureWindow } | { readonly ok: false; readonly why: string };

/**
 * Opens a separate browser window with a temporary profile: an ordinary browser that nothing steers, in which one host
 * is answered by this computer. It first goes to that host, and only when the request arrives here on to the
 * authorization address; a browser in which it does not arrive is closed before anybody signed in. Never rejects.
 */
export async function openCaptureWindow(options: CaptureWindowOptions & Surroundings): Promise<OpenedWindow> {
  if (options.own.platform === 'linux' && /\.exe$/i.test(options.browser.path)) {
    return { ok: false, why: 'a browser of Windows cannot be used from inside WSL' };
  }
  let profile: string | undefined;
  let server: CaptureServer | undefined;
  try {
    profile = await makeProfile(options.temporaryRoot);
    server = await startCaptureServer(options, options.now());
    return await openWith(profile, server, await prepareProfile(profile, server, options), options);
  } catch (error) {
    server?.close();
    if (profile !== undefined) await deleteProfile(profile);
    return { ok: false, why: `its profile could not be made (${String((error as NodeJS.ErrnoException).code)})` };
  }
}

async function openWith(
  profile: string,
  server: CaptureServer,
  command: Command,
  options: CaptureWindowOptions & Surroundings,
): Promise<OpenedWindow> {
  const { authorizationUrl, signal, own } = options;
  const env = environmentFor(profile, options.env);
  const proofTimeoutMs = options.proofTimeoutMs ?? 5_000;
  const arrival = server.arrival(authorizationUrl);
  const browser = startBrowser(command, env, own);
  if (browser.pid !== undefined) await nameBrowser(profile, browser.pid);
  let endKeeper = (): void => undefined;
  const closed = browser.ended.then(async () => {
    server.close();
    const deleted = await deleteProfile(profile);
    endKeeper();
    return deleted ? undefined : profile;
  });
  const close = async (): Promise<void> => {
    await browser.end();
    await closed;
  };

  const refused = await Promise.race([
    browser.ended,
    arrival.then(() => null),
    noProof(profile, server, signal, proofTimeoutMs),
  ]);
  if (refused !== null || signal.aborted) {
    await close();
    return { ok: false, why: refused ?? notWanted };
  }
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  void closed.then(() => {
    signal.removeEventListener('abort', onAbort);
  });
  if (browser.pid !== undefined) {
    const directories = await directoriesOf(profile);
    endKeeper = startKeeper({ ...server.certificate, port: server.port, browser: browser.pid, directories }, env);
  }
  const show = async (url: string): Promise<boolean> => {
    const shown = server.arrival(url).then(() => true);
    // A browser that is started again with the same profile hands its address to the one that runs.
    const second = startBrowser(command, env, own);
    const late = sleep(proofTimeoutMs, false, { ref: false });
    const isShown = await Promise.race([shown, late, closed.then(() => false)]);
    if (!isShown) await second.end();
    return isShown;
  };
  return { ok: true, window: { closed, show, close } };
}

const notWanted = 'it is not needed anymore';

/** Resolves with the reason when the start page has had its time, counted from when the browser runs, or on abort. */
async function noProof(profile: string, server: CaptureServer, signal: AbortSignal, limit: number): Promise<string> {
  const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  const startBy = performance.now() + 2 * limit;
  while (!signal.aborted && performance.now() < startBy && !(await isUsed(profile))) await pause(50);
  await pause(limit);
  if (signal.aborted) return notWanted;
  if (!(await isUsed(profile))) return 'it did not use the temporary profile, as a Snap or Flatpak package does not';
  return server.wasReached()
    ? 'it does not accept this program’s certificate, perhaps because of a policy on this computer'
    : 'it does not use this program’s proxy, perhaps because of a policy on this computer';
}
