import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { fail, isFailure, type Failure } from '../ground/errors.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { listen, type Listener } from '../listener/listener.ts';
import type { PageContent } from '../listener/pages.ts';
import { readPastedRedirect, readRedirect, type RedirectVerdict } from '../tiktok/authorization.ts';
import type { CapturePlan } from './capture-plan.ts';
import { openAuthorizationPage, type OpenedPage } from './open-page.ts';
import type { WizardContext } from './wizard-context.ts';

/** TikTok Shop's answer, with a state that matches. */
export type Redirect = Extract<RedirectVerdict, { outcome: 'approved' | 'denied' }>;

export interface AuthorizationRequest {
  readonly plan: CapturePlan;
  readonly redirectUrl: string;
  readonly state: string;
  /** The authorization address for this state. */
  readonly address: string;
}

/** What became of a redirect, and the page that the browser is shown for it. */
export interface Settled<T> {
  readonly result: T;
  readonly page: PageContent;
}

/**
 * Waits for the one redirect of this request, from the listener or pasted, and settles it while the browser still waits
 * for its page: so the page says "connected" only after the tokens are stored.
 * @throws Failure: port-busy, port-reserved, listener-failed before the browser opens; authorization-timeout; interrupted;
 *   whatever `settle` throws, after the browser was told
 */
export async function captureRedirect<T>(
  setting: WizardContext,
  request: AuthorizationRequest,
  settle: (redirect: Redirect) => Promise<Settled<T>>,
): Promise<T> {
  const ended = new AbortController();
  const { signal } = ended;
  const interrupt = (): void => {
    ended.abort(setting.io.signal.reason);
  };
  const listener = await openListener(setting, request);
  setting.io.signal.addEventListener('abort', interrupt, { once: true });
  if (setting.io.signal.aborted) interrupt();
  let page: OpenedPage | undefined;
  try {
    page = await openAuthorizationPage(setting, request, listener, signal);
    const { redirect, answer } = await firstRedirect(setting, request, { listener, page, signal });
    ended.abort(new Error('answered'));
    return await settleAndAnswer(setting, redirect, settle, answer);
  } finally {
    setting.io.signal.removeEventListener('abort', interrupt);
    ended.abort(new Error('over'));
    await page?.close();
    await listener?.close();
  }
}

type RedirectListener = Listener<RedirectVerdict>;

async function openListener(
  setting: WizardContext,
  { plan, redirectUrl, state }: AuthorizationRequest,
): Promise<RedirectListener | undefined> {
  if (plan.way === 'paste') return undefined;
  const place =
    plan.way === 'browser'
      ? { redirectUrl: 'http://127.0.0.1:0/callback' }
      : { redirectUrl, ...(plan.port === undefined ? {} : { port: plan.port }) };
  const opened = await listen<RedirectVerdict>({
    ...place,
    judge: (query) => readRedirect(query, state),
    onRefused: ({ why }) => {
      setting.io.say.warn(`A request that does not belong to this login was turned away: ${why}`);
    },
    signal: setting.io.signal,
  });
  if (!opened.ok) throw opened.failure;
  return opened.listener;
}

interface Arrived {
  readonly redirect: Redirect;
  readonly answer: (page: PageContent) => Promise<void>;
}

interface Sources {
  readonly listener: RedirectListener | undefined;
  readonly page: OpenedPage;
  readonly signal: AbortSignal;
}

async function firstRedirect(
  setting: WizardContext,
  request: AuthorizationRequest,
  sources: Sources,
): Promise<Arrived> {
  const { io, answers } = setting;
  const deadline = io.clock.monotonic() + answers.timeout;
  const racers: Promise<Arrived | Failure>[] = [
    io.clock
      .sleep(answers.timeout, sources.signal)
      .then(() =>
        io.signal.aborted
          ? fail('interrupted', {})
          : fail('authorization-timeout', { within: limitInWords(answers.timeout) }),
      ),
  ];
  if (sources.listener !== undefined) racers.push(fromListener(sources.listener));
  const canPaste = io.ask !== null;
  if (canPaste) racers.push(fromPaste(setting, request, deadline, sources.signal));
  else racers.push(whenWindowCloses(sources.page));
  const waiting = canPaste ? undefined : io.say.wait(() => waitingText(deadline - io.clock.monotonic()));
  try {
    const first = await quietly(racers);
    if (isFailure(first)) throw first;
    return first;
  } finally {
    waiting?.stop();
  }
}

/** The first of them; the others may reject later, unheard, because they are withdrawn. */
async function quietly<T>(racers: readonly Promise<T>[]): Promise<T> {
  for (const racer of racers) racer.catch(() => undefined);
  return await Promise.race(racers);
}

function limitInWords(ms: number): string {
  const [count, unit] = ms < 60_000 ? [ms / 1_000, 'second'] : [ms / 60_000, 'minute'];
  const rounded = Math.round(count * 10) / 10;
  return `${String(rounded)} ${unit}${rounded === 1 ? '' : 's'}`;
}

/** How long is left of a wait, in words that fit on one line. */
export function waitingText(left: number, what = "TikTok Shop's answer in the browser"): string {
  const seconds = Math.max(0, Math.round(left / 1000));
  const clock = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
  return `Waiting for ${what}, ${clock} left (Ctrl-C leaves, progress is kept)`;
}

async function fromListener(listener: RedirectListener): Promise<Arrived> {
  const callback = await listener.next();
  return { redirect: callback.verdict, answer: (page) => callback.finish(page) };
}

async function fromPaste(
  { io, answers }: WizardContext,
  { plan, redirectUrl, state }: AuthorizationRequest,
  deadline: number,
  signal: AbortSignal,
): Promise<Arrived> {
  if (io.ask === null) return await new Promise<never>(() => undefined);
  const readPasted = (pasted: string): RedirectVerdict => readPastedRedirect(pasted, redirectUrl, state);
  const alone = plan.way === 'paste';
  const pasted = await io.ask.text({
    id: 'redirected-address',
    message: `${alone ? 'Paste' : 'Or paste'} the address that the browser was sent to`,
    status: () => waitingText(deadline - io.clock.monotonic(), alone ? 'the pasted address' : undefined),
    check: (text) => {
      const verdict = readPasted(text);
      if (verdict.outcome !== 'refused') return true;
      const ottokits = redirectUrl !== ottokitRedirectUrl && text.trim().startsWith(`${ottokitRedirectUrl}?`);
      return ottokits
        ? withProfileFlag(
            `The app still has OttoKit’s Redirect URL. Press Ctrl-C, then run \`ottokit-tiktok connect --redirect-url ${ottokitRedirectUrl}\`.`,
            answers.profile,
          )
        : `This cannot be used: ${verdict.why}`;
    },
    signal,
  });
  const redirect = readPasted(pasted);
  if (redirect.outcome === 'refused') throw fail('redirect-unusable', { why: redirect.why });
  return { redirect, answer: () => Promise.resolve() };
}

/** Where nothing can be pasted, a closed window is the end of the wait. */
async function whenWindowCloses(page: OpenedPage): Promise<Failure> {
  await page.windowClosed;
  return fail('window-closed', {});
}

async function settleAndAnswer<T>(
  { answers: { profile } }: WizardContext,
  redirect: Redirect,
  settle: (redirect: Redirect) => Promise<Settled<T>>,
  answer: Arrived['answer'],
): Promise<T> {
  try {
    const { result, page } = await settle(redirect);
    await answer(page);
    return result;
  } catch (thrown) {
    const page: PageContent = isFailure(thrown)
      ? { kind: 'failed', message: thrown.message, fix: withProfileFlag(thrown.fix, profile) }
      : { kind: 'waiting-ended' };
    await answer(page);
    throw thrown;
  }
}
