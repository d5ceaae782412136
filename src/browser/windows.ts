import type { Io } from '../ground/io.ts';
import { openCaptureWindow, type CaptureWindowOptions, type OpenedWindow } from './capture.ts';
import { findBrowser, hasScreen, type Browser } from './find.ts';
import { cleanAbandonedWindows } from './profile.ts';

/** The separate windows of this computer. */
export interface CaptureWindows {
  /** A browser that one can be opened with; `null` where there is none, or no screen. */
  find(): Promise<Browser | null>;
  /** Why `find` finds none, as a sentence to go on after a colon. */
  readonly whyNone: string;
  /** Opens one, after removing what windows of earlier runs that were killed left behind. */
  open(options: CaptureWindowOptions): Promise<OpenedWindow>;
}

export function captureWindows({ env, host }: Pick<Io, 'env' | 'host'>): CaptureWindows {
  const { temporaryDirectory: temporaryRoot, isRoot, own, platform } = host;
  let found: Promise<Browser | null> | undefined;
  return {
    find: () => (found ??= findBrowser(env, platform)),
    whyNone: hasScreen(env, platform)
      ? 'no Chrome, Edge, Chromium or Brave was found for a separate window.'
      : 'this terminal has no graphical display for a separate window.',
    open: async (options) => {
      await cleanAbandonedWindows(temporaryRoot, own);
      return await openCaptureWindow({ ...options, temporaryRoot, env, own, isRoot });
    },
  };
}
