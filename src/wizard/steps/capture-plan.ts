import type { Browser } from '../../browser/find.ts';
import { ottokitRedirectUrl, readRedirectUrl } from '../../connection/redirect-url.ts';
import { defined } from '../../ground/defined.ts';
import { fail } from '../../ground/errors.ts';
import type { Listener } from '../../listener/listener.ts';
import type { PageContent } from '../../listener/pages.ts';
import type { AcceptedRedirect } from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';

/** How to capture the code. Every terminal can `paste`; `why` says why nothing else works, unless the user chose it. */
export type CapturePlan =
  { way: 'listener'; port?: number } | { way: 'browser'; browser: Browser } | { way: 'paste'; why?: string };

export interface Visit {
  readonly plan: CapturePlan;
  readonly redirectUrl: string;
  readonly state: string;
  readonly address: string;
  /** Absent if the plan is to paste. */
  readonly listener?: Listener<AcceptedRedirect>;
  /** Aborted once the visit is over. */
  readonly signal: AbortSignal;
}

/** TikTok Shop's answer with a matching state, and the Redirect URL that it was sent to. */
export interface Arrival {
  readonly redirect: AcceptedRedirect;
  readonly redirectUrl: string;
  /** Shows a page in the browser. Absent if the address was pasted. */
  readonly answer?: (page: PageContent) => Promise<void>;
}

/** @throws Failure usage, capture-impossible */
export async function planCapture({ io, answers, windows }: WizardContext, { app }: Draft): Promise<CapturePlan> {
  const { capture } = answers;
  const { redirectUrl = '' } = app;
  const { kind } = readRedirectUrl(redirectUrl);
  const port = answers.port ?? (kind === 'public' ? answers.tunnelPort : undefined);
  if (kind === 'ottokit' && port !== undefined) {
    const problem = `--port is for a Redirect URL that forwards to this computer; the app has OttoKit’s, ${redirectUrl}.`;
    throw fail('usage', { problem, command: 'connect' });
  }
  const paste = (why?: string): CapturePlan => {
    if (io.ask === null) throw fail('capture-impossible', { why: why ?? 'pasting the address requires a terminal.' });
    return { way: 'paste', ...defined({ why }) };
  };
  if (capture === 'paste') return paste();
  // A Redirect URL that leads to this computer needs no separate window.
  if (kind === 'local' || (port !== undefined && capture !== 'browser'))
    return { way: 'listener', ...defined({ port }) };
  if (capture === 'listener') {
    const tunnel = kind === 'public' ? '; a tunnel to it needs --port' : '';
    return paste(`${redirectUrl} isn’t an address of this computer${tunnel}.`);
  }
  if (!answers.browser) return paste('with --no-browser, no window opens.');
  const found = await windows.find();
  return 'browser' in found ? { way: 'browser', ...found } : paste(found.why);
}

export const whoElseGetsIt = (redirectUrl: string): string =>
  redirectUrl === ottokitRedirectUrl ? ' That address also reaches OttoKit.' : '';

export const pastingHint = (redirectUrl: string): string =>
  `You copy one address and paste it here.${whoElseGetsIt(redirectUrl)}`;

export function windowHint(redirectUrl: string): string {
  const whose = redirectUrl === ottokitRedirectUrl ? 'OttoKit’s address' : new URL(redirectUrl).host;
  return `It isn’t remote-controlled and doesn’t know your saved passwords or passkeys. Only ${whose} is answered by this computer. If signing in doesn’t work there, choose your own browser and paste the address.`;
}
