import type { Io } from '../ground/io.ts';
import { openCaptureWindow, type CaptureWindowOptions, type OpenedWindow } from './capture-window.ts';
import { findBrowser, type FoundBrowser } from './find.ts';
import type { ProxyRules } from './pac.ts';
import { cleanAbandonedWindows } from './profile.ts';

/** The separate windows of this computer. */
export interface CaptureWindows {
  /** A browser that one can be opened with, or why there is none. */
  find(): Promise<FoundBrowser>;
  /** Opens one, after removing what windows of earlier runs that were killed left behind. */
  open(options: CaptureWindowOptions): Promise<OpenedWindow>;
}

/** @param proxies the environment's; a string says why a window can't use them, as the end of a sentence */
export function captureWindows(
  { env, host, clock }: Pick<Io, 'env' | 'host' | 'clock'>,
  proxies: ProxyRules | string,
): CaptureWindows {
  const { temporaryDirectory: temporaryRoot, isRoot, own, platform } = host;
  let found: Promise<FoundBrowser> | undefined;
  return {
    find: () =>
      (found ??= typeof proxies === 'string' ? Promise.resolve({ why: proxies }) : findBrowser(env, platform)),
    open: async (options) => {
      if (typeof proxies === 'string') return { ok: false, why: proxies };
      await cleanAbandonedWindows(temporaryRoot, own, clock.now());
      const { now } = clock;
      return await openCaptureWindow({ ...options, temporaryRoot, env, own, isRoot, now, proxies });
    },
  };
}
