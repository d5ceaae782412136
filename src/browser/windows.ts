import type { ProxyRules } from '../ground/env.ts';
import { codeOf } from '../ground/errors.ts';
import type { Clock, Io } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { startBrowser, type BrowserProcess } from './browser-process.ts';
import { startCaptureServer, type CaptureServerOptions, type CaptureServer } from './capture-server.ts';
import { findBrowser, type Browser, type FoundBrowser } from './find.ts';
import { startKeeper } from './keeper.ts';
import { environmentFor, prepareProfile, type WindowContext } from './prepare-profile.ts';
import { cleanAbandonedWindows, deleteProfile, directoriesOf, isUsed, makeProfile, recordOwner } from './profile.ts';

export interface CaptureWindowOptions extends CaptureServerOptions {
  readonly browser: Browser;
  readonly signal: AbortSignal;
}

export interface CaptureWindow {
  /** Resolves once the window is closed and its profile deleted, or with the profile's path if that failed. */
  readonly closed: Promise<string | undefined>;
  /** Resolves as `closed` does. May be called more than once. */
  close(): Promise<void>;
}

/** `why`: the end of a sentence, such as "the browser exited with code 1". */
type OpenedWindow = CaptureWindow | { readonly why: string };

export interface CaptureWindows {
  find(): Promise<FoundBrowser>;
  open(options: CaptureWindowOptions): Promise<OpenedWindow>;
}

/** @param proxies the environment's rules, or why no window can be opened, as the end of a sentence */
export function captureWindows(io: Pick<Io, 'env' | 'host' | 'clock'>, proxies: ProxyRules | string): CaptureWindows {
  if (typeof proxies === 'string') {
    return { find: () => Promise.resolve({ why: proxies }), open: () => Promise.resolve({ why: proxies }) };
  }
  return {
    find: once(() => findBrowser(io.env, io.host.platform)),
    open: async (options) => {
      await cleanAbandonedWindows(io.host, io.clock.now());
      return await openCaptureWindow(options, { ...io, proxies });
    },
  };
}

/** If the browser doesn't use our proxy, closes the window before anyone can sign in. Never rejects. */
export async function openCaptureWindow(options: CaptureWindowOptions, context: WindowContext): Promise<OpenedWindow> {
  const { host, env, clock } = context;
  let profile: string | undefined;
  let server: CaptureServer | undefined;
  try {
    profile = await makeProfile(host.temporaryDirectory);
    await recordOwner(profile);
    server = await startCaptureServer(options, clock.now());
    const command = await prepareProfile(profile, server, options.browser, context);
    const browser = startBrowser(command, environmentFor(profile, env, options.browser), host);
    return await waitForProof({ profile, server, browser, signal: options.signal }, context);
  } catch (error) {
    server?.close();
    if (profile !== undefined) await deleteProfile(profile);
    return { why: `its profile or proxy couldn’t be created (${codeOf(error) ?? 'unknown'})` };
  }
}

interface Starting {
  readonly profile: string;
  readonly server: CaptureServer;
  readonly browser: BrowserProcess;
  readonly signal: AbortSignal;
}

/** Waits for the browser to open the server's start address. Closes it if that takes too long or the signal aborts. */
async function waitForProof(starting: Starting, { env, clock }: WindowContext): Promise<OpenedWindow> {
  const { profile, server, browser, signal } = starting;
  // A failure doesn't matter now: only a later run needs this, to close the window if this run is killed.
  await recordOwner(profile, browser.pid).catch(() => undefined);
  let endKeeper = (): void => undefined;
  // Look them up before the browser quits: one that is killed while quitting may leave a directory but not the link.
  const directories = once(() => directoriesOf(profile));
  const closed = browser.ended.then(async () => {
    server.close();
    const deleted = await deleteProfile(profile, await directories());
    endKeeper();
    return deleted ? undefined : profile;
  });
  const close = async (): Promise<void> => {
    await directories();
    await browser.end();
    await closed;
  };
  const proof = server.arrival.then(() => null);
  const refused = await Promise.race([browser.ended, proof, whyNoProof(starting, clock)]);
  if (refused !== null || signal.aborted) {
    await close();
    return { why: refused ?? noLongerNeeded };
  }
  signal.addEventListener('abort', () => void close());
  endKeeper = startKeeper(server, browser.pid ?? 0, await directories(), env);
  return { closed, close };
}

/** How long a running browser may take to reach the server, in milliseconds. It may take twice as long to start. */
const proofTimeoutMs = 5_000;

const noLongerNeeded = 'the window is no longer needed';

/** Resolves once the browser is overdue or the signal aborts. */
async function whyNoProof({ profile, server, signal }: Starting, { sleep }: Clock): Promise<string> {
  let waited = 0;
  for (; !signal.aborted && waited < 2 * proofTimeoutMs && !(await isUsed(profile)); waited += 50)
    await sleep(50, signal);
  await sleep(proofTimeoutMs, signal);
  if (signal.aborted) return noLongerNeeded;
  if (!(await isUsed(profile))) return 'the browser didn’t use the temporary profile; Snap and Flatpak packages can’t';
  return server.wasReached()
    ? 'the browser doesn’t accept this program’s certificate, perhaps because of a policy on this computer'
    : 'the browser didn’t use this program’s proxy in time, perhaps because of a policy on this computer';
}
