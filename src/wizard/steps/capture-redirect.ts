import { isFailure } from '../../ground/errors.ts';
import { withProfileFlag } from '../../ground/profile-flag.ts';
import { listen } from '../../listener/listener.ts';
import type { PageContent } from '../../listener/pages.ts';
import { readRedirect, type RedirectVerdict } from '../../tiktok/authorization.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { AuthorizationRequest, Redirect } from './authorization-request.ts';
import { firstToArrive, type Arrived, type RedirectListener } from './first-to-arrive.ts';
import { openAuthorizationPage, type OpenedPage } from './open-page.ts';
import type { Wish } from './waiting.ts';

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
