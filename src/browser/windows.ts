import type { Io } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import type { ProxyRules } from '../ground/env.ts';
import { codeOf } from '../ground/system-error.ts';
import { startBrowser } from './browser-process.ts';
import { startCaptureServer, type CaptureServerOptions, type CaptureServer } from './capture-server.ts';
import { waitForProof, type OpenedWindow } from './capture-window.ts';
import { findBrowser, type Browser, type FoundBrowser } from './find.ts';
import { environmentFor, prepareProfile } from './prepare-profile.ts';
import { cleanAbandonedWindows, deleteProfile, makeProfile } from './profile.ts';

export interface CaptureWindowOptions extends CaptureServerOptions {
  readonly browser: Browser;
  /** Closes the window when it aborts. */
  readonly signal: AbortSignal;
}

/** The system that the browser runs on. The browser's profile is created in its temporary directory. */
export type WindowContext = Pick<Io, 'env' | 'host' | 'clock'> & { readonly proxies: ProxyRules };

/** Opens separate browser windows. */
export interface CaptureWindows {
  /** Finds a browser that can open one, or returns why there is none. */
  find(): Promise<FoundBrowser>;
  /** Opens a window, after cleaning up the windows of killed runs. */
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

/**
 * Opens an ordinary browser with a temporary profile that sends one host's requests to this computer. The browser opens
 * that host first. If its request doesn't arrive here, the window closes before anyone can sign in. Never rejects.
 */
export async function openCaptureWindow(
  options: CaptureWindowOptions,
  surroundings: WindowContext,
): Promise<OpenedWindow> {
  const { host, env, clock } = surroundings;
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
    return { why: `its profile or proxy could not be created (${codeOf(error) ?? 'unknown'})` };
  }
}
