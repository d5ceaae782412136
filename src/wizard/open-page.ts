import { withWaitMessage } from '../ground/wait-message.ts';
import { fail } from '../ground/errors.ts';
import type { Listener } from '../listener/listener.ts';
import { readRedirect, type RedirectVerdict } from '../tiktok/authorization.ts';
import type { AuthorizationRequest } from './capture-redirect.ts';
import type { WizardContext } from './wizard-context.ts';

export interface OpenedPage {
  /** Resolves when the person closes the separate window; never, where there is none. */
  readonly windowClosed: Promise<void>;
  /** Leaves the person some seconds to read the last page. */
  close(): Promise<void>;
}

/** How long the separate window stays open on its last page, in milliseconds. */
const timeToRead = 4_000;

const noWindow: OpenedPage = { windowClosed: new Promise(() => undefined), close: () => Promise.resolve() };

/** Tells what happens now, prints the authorization address, and opens it in the separate window or the usual browser. */
export async function openAuthorizationPage(
  setting: WizardContext,
  request: AuthorizationRequest,
  listener: Listener<RedirectVerdict> | undefined,
  signal: AbortSignal,
): Promise<OpenedPage> {
  const { io } = setting;
  tellWhatHappens(setting, request);
  io.say.line('The authorization address, for the browser in which the shop’s owner signs in:');
  io.say.value(request.address);
  tellWhatMayShow(setting);
  if (!setting.answers.openBrowser) return noWindow;
  if (request.plan.way === 'browser' && listener !== undefined) {
    return await openWindow(setting, request, request.plan.browser, listener, signal);
  }
  // Not awaited: an opener is watched for a second, and the answer may be there before.
  void io.openBrowser(request.address).then((opened) => {
    if (opened.opened || signal.aborted) return;
    io.say.warn(`No browser could be opened (${opened.why}). Open the address above yourself.`);
  });
  return noWindow;
}

function tellWhatHappens({ io }: WizardContext, { plan, redirectUrl }: AuthorizationRequest): void {
  switch (plan.way) {
    case 'listener':
      io.say.line('Sign in as the shop’s owner and approve. The answer then arrives here by itself.');
      break;
    case 'browser':
      io.say.line(
        `A separate ${plan.browser.name} window opens. It isn’t remote-controlled and doesn’t know your saved passwords or passkeys. Only OttoKit’s address is answered by this computer.`,
      );
      io.say.line(
        'If signing in doesn’t work there, choose your own browser and paste the address (--capture paste); the address then also reaches OttoKit.',
      );
      break;
    case 'paste':
      if (plan.why !== undefined) io.say.line(`Nothing can be captured by itself: ${plan.why}`);
      io.say.line(
        `Sign in as the shop’s owner and approve. The browser is then sent to ${redirectUrl}… Copy that whole address from the address bar, even if the page shows an error, and paste it here.`,
      );
  }
}

/** These end in the browser alone: TikTok Shop sends no redirect for them, so the program cannot see them. */
function tellWhatMayShow({ io }: WizardContext): void {
  io.say.line('If TikTok Shop shows one of these in place of its consent page, it sends no answer:');
  io.say.line('- “This service does not exist”: wrong Service ID, an unpublished app, or the other region’s portal.');
  io.say.line('- “Not available in your shop’s region”: the app is a draft, or its target market is not completed.');
  io.say.line('- “No permission”: perhaps the seller’s onboarding is unfinished, or the region differs.');
}

async function openWindow(
  setting: WizardContext,
  { address, redirectUrl, state }: AuthorizationRequest,
  browser: { name: string; path: string },
  listener: Listener<RedirectVerdict>,
  signal: AbortSignal,
): Promise<OpenedPage> {
  const { io, windows } = setting;
  const opened = await windows.open({
    browser,
    authorizationUrl: address,
    redirectUrl,
    matches: (query) => carriesState(query, state),
    forwardTo: (query) => `http://127.0.0.1:${String(listener.port)}/callback?${query.toString()}`,
    signal: io.signal,
  });
  if (!opened.ok) {
    if (io.ask === null)
      throw fail('capture-impossible', { why: `the separate window could not be opened: ${opened.why}.` });
    io.say.warn(`The separate window could not be opened: ${opened.why}`);
    io.say.line(
      `Open the address above in your own browser. After approving it is sent to ${redirectUrl}… Copy that whole address and paste it here.`,
    );
    return noWindow;
  }
  const { window } = opened;
  void window.closed.then(() => {
    if (signal.aborted || io.ask === null) return;
    io.say.warn('The separate window was closed before TikTok Shop answered.');
    io.say.line(
      'Open the address above in any browser and paste the address it ends at, or press Ctrl-C and run `ottokit-tiktok connect` again.',
    );
  });
  const windowClosed = window.closed.then(() => undefined);
  return {
    windowClosed,
    close: async () => {
      const read = (): Promise<void> => Promise.race([windowClosed, io.clock.sleep(timeToRead, io.signal)]);
      if (!io.signal.aborted) await withWaitMessage(io, 'The separate window closes in a moment', read);
      await window.close();
      const left = await window.closed;
      if (left !== undefined)
        io.say.warn(`The window’s temporary profile couldn’t be deleted. It holds your sign-in: delete ${left}`);
    },
  };
}

/** An answer to this login, if only an unusable one: it is none of OttoKit's business either. */
function carriesState(query: URLSearchParams, state: string): boolean {
  const verdict = readRedirect(query, state);
  return verdict.outcome !== 'refused' || !verdict.reason.startsWith('state-');
}
