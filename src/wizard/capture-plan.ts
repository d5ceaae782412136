import { fail } from '../ground/errors.ts';
import type { Browser } from '../browser/find.ts';
import type { CaptureWindows } from '../browser/windows.ts';
import { readRedirectUrl } from '../connection/redirect-url.ts';
import type { Answers, WizardContext } from './wizard-context.ts';

/**
 * How the code is captured. `paste` is accepted beside both other ways whenever somebody can be asked; alone it is what
 * remains when neither can work, and `why` says so.
 */
export type CapturePlan =
  { way: 'listener'; port?: number } | { way: 'browser'; browser: Browser } | { way: 'paste'; why?: string };

/**
 * Chooses the way for this Redirect URL: one on this computer → listener; else a separate window where a browser is
 * found; else paste.
 */
export async function planCapture({ answers, windows }: WizardContext, redirectUrl: string): Promise<CapturePlan> {
  const { kind } = readRedirectUrl(redirectUrl);
  if (kind === 'ottokit' && answers.port !== undefined) {
    throw fail('usage', {
      problem: `--port is for a Redirect URL that forwards to this computer; the app’s is OttoKit’s, ${redirectUrl}.`,
      command: 'connect',
    });
  }
  const port = answers.port === undefined ? {} : { port: answers.port };
  const listens = kind === 'local' || answers.port !== undefined;
  switch (answers.capture) {
    case 'paste':
      return { way: 'paste' };
    case 'listener':
      if (listens) return { way: 'listener', ...port };
      throw fail('capture-impossible', {
        why: `${redirectUrl} is not an address of this computer; a tunnel to it needs --port.`,
      });
    case 'auto':
      if (listens) return { way: 'listener', ...port };
      return await planWindow(windows, answers);
    case 'browser':
      // What comes to this computer anyway needs no window that answers for another host.
      if (kind === 'local') return { way: 'listener', ...port };
      return await planWindow(windows, answers);
  }
}

async function planWindow(windows: CaptureWindows, answers: Answers): Promise<CapturePlan> {
  if (!answers.openBrowser) return { way: 'paste', why: '--no-browser opens no window to capture it in.' };
  const found = await windows.find();
  return 'browser' in found ? { way: 'browser', browser: found.browser } : { way: 'paste', why: found.why };
}
