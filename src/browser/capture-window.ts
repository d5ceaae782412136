import type { Io } from '../ground/io.ts';
import { codeOf } from '../ground/system-error.ts';
import { startBrowser, type BrowserProcess } from './browser-process.ts';
import { startCaptureServer, type CaptureServerOptions, type CaptureServer } from './capture-server.ts';
import type { Browser } from './find.ts';
import { startKeeper } from './keeper.ts';
import type { ProxyRules } from './pac.ts';
import { environmentFor, prepareProfile } from './prepare-profile.ts';
import { deleteProfile, directoriesOf, makeProfile, recordBrowser } from './profile.ts';
import { notWanted, whyNoProof } from './proof.ts';

export interface CaptureWindowOptions extends CaptureServerOptions {
  readonly browser: Browser;
  /** Closes the window. */
  readonly signal: AbortSignal;
}

/** Where the browser runs. Its profile is created in the temporary directory. */
export type WindowContext = Pick<Io, 'env' | 'host' | 'clock'> & { readonly proxies: ProxyRules };

export interface CaptureWindow {
  /**
   * Resolves once the window is closed and its profile is deleted. If the profile could not be deleted, resolves with
   * its path, because it holds the person's sign-in.
   */
  readonly closed: Promise<string | undefined>;
  /** Ends the browser and deletes the profile, then resolves. May be called more than once. */
  close(): Promise<void>;
}

/** `why` is the end of a sentence: "Google Chrome could not be started: it ended (exit code 1)". */
export type OpenedWindow =
  { readonly ok: true; readonly window: CaptureWindow } | { readonly ok: false; readonly why: string };

/**
 * Opens an ordinary browser with a temporary profile, in which this computer answers for one host. The browser opens
 * that host first. If the request doesn't arrive here, the window closes before anyone can sign in. Never rejects.
 */
export async function openCaptureWindow(
  options: CaptureWindowOptions,
  surroundings: WindowContext,
): Promise<OpenedWindow> {
  const { host, env, clock } = surroundings;
  if (host.platform === 'linux' && /\.exe$/i.test(options.browser.path)) {
    return { ok: false, why: 'a Windows browser can’t be used from inside WSL' };
  }
  let profile: string | undefined;
  let server: CaptureServer | undefined;
  try {
    profile = await makeProfile(host.temporaryDirectory);
    server = await startCaptureServer(options, clock.now());
    const command = await prepareProfile(profile, server, options.browser, surroundings);
    const browser = startBrowser(command, environmentFor(profile, env, options.browser), host);
    return await waitForProof({ profile, server, browser }, options.signal, surroundings);
  } catch (error) {
    server?.close();
    if (profile !== undefined) await deleteProfile(profile);
    return { ok: false, why: `its profile could not be made (${codeOf(error) ?? 'unknown'})` };
  }
}

/** Waits for the browser to show the start page, and closes it if it doesn't. */
async function waitForProof(
  { profile, server, browser }: { profile: string; server: CaptureServer; browser: BrowserProcess },
  signal: AbortSignal,
  { env, clock }: WindowContext,
): Promise<OpenedWindow> {
  if (browser.pid !== undefined) await recordBrowser(profile, browser.pid);
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
  const noProof = whyNoProof(profile, server, clock, signal);
  const refused = await Promise.race([browser.ended, server.arrival.then(() => null), noProof]);
  if (refused !== null || signal.aborted) {
    await close();
    return { ok: false, why: refused ?? notWanted };
  }
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort);
  void closed.then(() => signal.removeEventListener('abort', onAbort));
  const { key, cert } = server.certificate;
  const directories = await directoriesOf(profile);
  endKeeper = startKeeper({ key, cert, port: server.port, browser: browser.pid ?? 0, directories }, env);
  return { ok: true, window: { closed, close } };
}
