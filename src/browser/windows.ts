import type { Io } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { openCaptureWindow, type CaptureWindowOptions, type OpenedWindow } from './capture-window.ts';
import { findBrowser, type FoundBrowser } from './find.ts';
import type { ProxyRules } from './pac.ts';
import { cleanAbandonedWindows } from './profile.ts';

/** The separate windows on this computer. */
export interface CaptureWindows {
  /** A browser that can open one, or why there is none. */
  find(): Promise<FoundBrowser>;
  /** Opens a window, after cleaning up the windows of killed runs. */
  open(options: CaptureWindowOptions): Promise<OpenedWindow>;
}

/** @param proxies the environment's; a string is the reason a window can't use them, as the end of a sentence */
export function captureWindows(io: Pick<Io, 'env' | 'host' | 'clock'>, proxies: ProxyRules | string): CaptureWindows {
  if (typeof proxies === 'string') {
    return { find: () => Promise.resolve({ why: proxies }), open: () => Promise.resolve({ ok: false, why: proxies }) };
  }
  return {
    find: once(() => findBrowser(io.env, io.host.platform)),
    open: async (options) => {
      await cleanAbandonedWindows(io.host, io.clock.now());
      return await openCaptureWindow(options, { ...io, proxies });
    },
  };
}
