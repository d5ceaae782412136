import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { withProfileFlag } from '../../ground/profile-flag.ts';
import { listen, type Listener } from '../../listener/listener.ts';
import type { PageContent } from '../../listener/pages.ts';
import { readRedirect, type RedirectVerdict } from '../../tiktok/authorization.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { AuthorizationRequest, Redirect } from './authorization-request.ts';
import { openAuthorizationPage, type OpenedPage } from './open-page.ts';
import { askWhileWaiting, waitingText, type Wish } from './waiting.ts';

/** What became of a redirect, and the page that the browser is shown for it. */
export interface Settled<T> {
  readonly result: T;
  readonly page: PageContent;
}

/** `wish`: the person chose to do something else. */
export type Captured<T> = { readonly wish: Wish } | { readonly result: T };

/**
 * Waits for the one redirect of this request, captured or pasted, and settles it while the browser still waits for its
 * page, so that the page says "connected" only after the tokens are stored.
 * @throws Failure authorization-timeout, interrupted; without a terminal also port-busy, port-reserved, listener-failed,
 *   window-closed; whatever `settle` throws, after the browser has its page
 */
export async function captureRedirect<T>(
  context: WizardContext,
  asked: AuthorizationRequest,
  settle: (redirect: Redirect, redirectUrl: string) => Promise<Settled<T>>,
): Promise<Captured<T>> {
  const ended = new AbortController();
  const { signal } = ended;
  const interrupt = (): void => {
    ended.abort(context.io.signal.reason);
  };
  const { listener, request } = await openListener(context, asked);
  context.io.signal.addEventListener('abort', interrupt, { once: true });
  if (context.io.signal.aborted) interrupt();
  let page: OpenedPage | undefined;
  let hasAnswered = false;
  try {
    page = await openAuthorizationPage(context, request, listener, signal);
    const first = await firstToArrive(context, request, { listener, page, signal });
    ended.abort(new Error('answered'));
    if ('wish' in first) return first;
    hasAnswered = true;
    return { result: await settleAndAnswer(context, first, settle) };
  } finally {
    context.io.signal.removeEventListener('abort', interrupt);
    ended.abort(new Error('over'));
    await page?.close(hasAnswered);
    await listener?.close();
  }
}

type RedirectListener = Listener<RedirectVerdict>;

/** Where a person can paste, a port that can't be had is no obstacle: the plan becomes `paste`, with the reason. */
async function openListener(
  context: WizardContext,
  request: AuthorizationRequest,
): Promise<{ listener: RedirectListener | undefined; request: AuthorizationRequest }> {
  const { plan, redirectUrl, state } = request;
  if (plan.way === 'paste') return { listener: undefined, request };
  const place =
    plan.way === 'browser'
      ? { redirectUrl: 'http://127.0.0.1:0/callback' }
      : { redirectUrl, ...(plan.port === undefined ? {} : { port: plan.port }) };
  const opened = await listen<RedirectVerdict>({
    ...place,
    judge: (query) => readRedirect(query, state),
    onRefused: ({ why }) => {
      context.io.say.warn(`Turned away a request that doesn’t belong to this login: ${why}`);
    },
    signal: context.io.signal,
  });
  if (opened.ok) return { listener: opened.listener, request };
  if (context.io.ask === null) throw opened.failure;
  return { listener: undefined, request: { ...request, plan: { way: 'paste', why: opened.failure.message } } };
}

interface Arrived {
  readonly redirect: Redirect;
  /** Where it arrived, or would have. */
  readonly redirectUrl: string;
  readonly answer: (page: PageContent) => Promise<void>;
}

interface Sources {
  readonly listener: RedirectListener | undefined;
  readonly page: OpenedPage;
  readonly signal: AbortSignal;
}

async function firstToArrive(
  context: WizardContext,
  request: AuthorizationRequest,
  { listener, page, signal }: Sources,
): Promise<Arrived | { wish: Wish }> {
  const { io, answers } = context;
  const deadline = io.clock.monotonic() + answers.timeout;
  const left = (): number => deadline - io.clock.monotonic();
  const racers: Promise<Arrived | { wish: Wish } | Failure>[] = [timeout(context, signal)];
  if (listener !== undefined) racers.push(fromListener(listener, request.redirectUrl));
  racers.push(io.ask === null ? whenWindowCloses(page) : fromPerson(context, request, left, signal));
  const waiting = io.ask === null ? io.say.wait(() => waitingText(left(), context.isDemo)) : undefined;
  try {
    const first = await quietly(racers);
    if (isFailure(first)) throw first;
    return first;
  } finally {
    waiting?.stop();
  }
}

async function timeout({ io, answers }: WizardContext, signal: AbortSignal): Promise<Failure> {
  await io.clock.sleep(answers.timeout, signal);
  if (io.signal.aborted) return fail('interrupted', {});
  return fail('authorization-timeout', { within: limitInWords(answers.timeout) });
}

/** The first of them. The others are withdrawn then, and may reject unheard. */
async function quietly<T>(racers: readonly Promise<T>[]): Promise<T> {
  for (const racer of racers) racer.catch(() => undefined);
  return await Promise.race(racers);
}

function limitInWords(ms: number): string {
  const [count, unit] = ms < 60_000 ? [ms / 1_000, 'second'] : [ms / 60_000, 'minute'];
  const rounded = Math.round(count * 10) / 10;
  return `${String(rounded)} ${unit}${rounded === 1 ? '' : 's'}`;
}

async function fromListener(listener: RedirectListener, redirectUrl: string): Promise<Arrived> {
  const callback = await listener.next();
  return { redirect: callback.verdict, redirectUrl, answer: (page) => callback.finish(page) };
}

async function fromPerson(...given: Parameters<typeof askWhileWaiting>): Promise<Arrived | { wish: Wish }> {
  const answered = await askWhileWaiting(...given);
  return 'wish' in answered ? answered : { ...answered, answer: () => Promise.resolve() };
}

/** Where nothing can be pasted, a closed window ends the wait. */
async function whenWindowCloses(page: OpenedPage): Promise<Failure> {
  await page.windowClosed;
  return fail('window-closed', {});
}

async function settleAndAnswer<T>(
  { answers: { profile } }: WizardContext,
  { redirect, redirectUrl, answer }: Arrived,
  settle: (redirect: Redirect, redirectUrl: string) => Promise<Settled<T>>,
): Promise<T> {
  try {
    const { result, page } = await settle(redirect, redirectUrl);
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
