import type { CaptureWindow } from '../../browser/windows.ts';
import type { Browser } from '../../browser/find.ts';
import { ottokitRedirectUrl } from '../../connection/redirect-url.ts';
import { fail } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { readRedirect } from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import { choice, comeBackLater, goBack, menu } from '../screen.ts';
import type { WizardContext } from '../wizard-context.ts';
import { pastingHint, planCapture, whoElseGetsIt, windowHint, type Visit } from './capture-plan.ts';
import { open, type Turn } from './fixes.ts';

export async function askToOpen(context: WizardContext, draft: Draft): Promise<Turn['go']> {
  const { say } = context.io;
  const { appKey = '', serviceId = '', redirectUrl = '' } = draft.app;
  const { way } = await planCapture(context, draft);
  const redirect = redirectUrl === ottokitRedirectUrl ? 'OttoKit’s Redirect URL' : `Redirect URL ${redirectUrl}`;
  say.instruction(`You entered App Key ${appKey}, Service ID ${serviceId}, the App Secret, and ${redirect}.`);
  if (draft.ottokit?.connected !== true)
    say.instruction(
      'You sign in here first, to test these values before OttoKit uses them. Later you’ll sign in once more in OttoKit.',
    );
  const opening = {
    browser: open('Open TikTok Shop in a separate window', windowHint(redirectUrl)),
    listener: open('Open TikTok Shop in my browser'),
    paste: open('Open TikTok Shop in my browser', pastingHint(redirectUrl)),
  }[way];
  return await menu(context, 'authorize', 'Sign in as the shop’s owner and approve:', [
    { ...(context.answers.browser ? opening : open('Show the address to open')), recommended: true },
    ...(way === 'browser' ? [choice('own browser', 'Open it in my own browser', pastingHint(redirectUrl))] : []),
    choice('change', 'Change one of these values'),
    comeBackLater,
    goBack,
  ]);
}

export async function openAuthorizationPage(context: WizardContext, visit: Visit): Promise<CaptureWindow | undefined> {
  const { io, answers } = context;
  const { plan, address, signal } = visit;
  if (plan.way === 'paste' && plan.why !== undefined)
    io.say.warn(`You’ll need to paste one address by hand: ${plan.why}`);
  io.say.line(answers.browser ? 'If the browser doesn’t open, go to:' : 'Go to this address in your browser:');
  io.say.value(address);
  if (plan.way === 'paste') sayWhatToPaste(context, visit);
  if (!answers.browser) return undefined;
  if (plan.way === 'browser') return await openWindow(context, visit, plan.browser);
  // Don't wait: it takes a second to see whether the browser opens, and the answer may arrive earlier.
  void io.openBrowser(address).then((opened) => {
    if (!opened.opened && !signal.aborted) io.say.warn(`No browser could be opened: ${opened.why}.`);
  });
  return undefined;
}

function sayWhatToPaste({ io }: WizardContext, { redirectUrl }: Visit): void {
  io.say.line(
    `After you approve, copy the whole address from the browser’s address bar (${redirectUrl}…), even if the page shows an error.${whoElseGetsIt(redirectUrl)}`,
  );
}

export const warnOfRefusal = ({ say }: Pick<Io, 'say'>, why: string): void =>
  say.warn(`Turned away a request that doesn’t belong to this login: ${why}`);

async function openWindow(context: WizardContext, visit: Visit, browser: Browser): Promise<CaptureWindow | undefined> {
  const { io, windows, isDemo } = context;
  const { address: authorizationUrl, redirectUrl, signal } = visit;
  const options = { browser, authorizationUrl, redirectUrl, forwardTo: forwarding(io, visit), signal: io.signal };
  const window = await withWaitMessage(io, 'Opening the separate window', () => windows.open(options));
  io.signal.throwIfAborted();
  if ('why' in window) {
    if (io.ask === null)
      throw fail('capture-impossible', { why: `the separate window couldn’t be opened: ${window.why}.` });
    io.say.warn(`The separate window couldn’t be opened: ${window.why}. Open the address above in your own browser.`);
    sayWhatToPaste(context, visit);
    return undefined;
  }
  void window.closed.then(() => {
    const advice = isDemo ? '' : ' To open it again, press Enter and choose “Open the page again”.';
    if (!signal.aborted && io.ask !== null)
      io.say.warn(`The separate window was closed before TikTok Shop answered.${advice}`);
  });
  return window;
}

/** Forwards every answer that belongs to this login, even an unusable one, so that the listener shows why it is refused. */
function forwarding(io: Pick<Io, 'say'>, { state, listener, signal }: Visit) {
  const reported = new Set<string>();
  return (query: URLSearchParams): string | null => {
    const verdict = readRedirect(query, state);
    if (verdict.outcome !== 'refused' || verdict.reason !== 'state')
      return `http://127.0.0.1:${String(listener?.port)}/callback?${query.toString()}`;
    if (!signal.aborted && !reported.has(verdict.why)) warnOfRefusal(io, verdict.why);
    reported.add(verdict.why);
    return null;
  };
}

const readingTimeMs = 4_000;

export async function closeWindow({ io }: WizardContext, window: CaptureWindow, showsResult: boolean): Promise<void> {
  const read = () => Promise.race([window.closed, io.clock.sleep(readingTimeMs, io.signal)]);
  if (showsResult && !io.signal.aborted) await withWaitMessage(io, 'The separate window will close in a moment', read);
  await window.close();
  const left = await window.closed;
  if (left !== undefined)
    io.say.warn(`The window’s temporary profile couldn’t be deleted. It holds your sign-in, so delete ${left}`);
}
