import { isFailure, type Failure } from '../../ground/errors.ts';
import { listen } from '../../listener/listener.ts';
import { readRedirect, type RedirectVerdict } from '../../tiktok/authorization.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { Arrived, AuthorizationRequest } from './capture-plan.ts';
import type { Turn } from './choose-cure.ts';
import type { Cure } from './cures.ts';
import { firstToArrive, type RedirectListener } from './first-to-arrive.ts';
import { openAuthorizationPage, type OpenedPage } from './open-page.ts';

/**
 * Waits for the one redirect of this request, captured or pasted, and settles it while the browser still waits for its
 * page. Returns the cure that the person chose instead, or the failure that ended the wait: authorization-timeout,
 * interrupted, window-closed.
 * @throws Failure without a terminal port-busy, port-reserved, listener-failed; whatever `settle` throws
 */
export async function captureRedirect(
  context: WizardContext,
  asked: AuthorizationRequest,
  settle: (arrived: Arrived) => Promise<Turn>,
): Promise<Turn | { cure: Cure } | { failure: Failure }> {
  const { io } = context;
  const ended = new AbortController();
  const { signal } = ended;
  const interrupt = (): void => {
    ended.abort(io.signal.reason);
  };
  const { listener, request } = await openListener(context, asked);
  io.signal.addEventListener('abort', interrupt, { once: true, signal });
  if (io.signal.aborted) interrupt();
  let page: OpenedPage | undefined;
  let hasAnswered = false;
  try {
    page = await openAuthorizationPage(context, request, listener, signal);
    const first = await firstToArrive(context, request, { listener, page, signal });
    ended.abort(new Error('answered'));
    if (isFailure(first)) return { failure: first };
    if ('cure' in first) return first;
    hasAnswered = true;
    return await settle(first);
  } finally {
    ended.abort(new Error('over'));
    await page?.close(hasAnswered);
    await listener?.close();
  }
}

/** If the port can't be used and a person can paste, the plan becomes `paste`, with the reason. */
async function openListener(
  { io }: WizardContext,
  request: AuthorizationRequest,
): Promise<{ listener: RedirectListener | undefined; request: AuthorizationRequest }> {
  const { plan, redirectUrl, state } = request;
  if (plan.way === 'paste') return { listener: undefined, request };
  const opened = await listen<RedirectVerdict>({
    ...(plan.way === 'browser' ? { redirectUrl: 'http://127.0.0.1:0/callback' } : { ...plan, redirectUrl }),
    judge: (query) => readRedirect(query, state),
    onRefused: ({ why }) => {
      io.say.warn(`Turned away a request that doesn’t belong to this login: ${why}`);
    },
    signal: io.signal,
  });
  if (opened.ok) return { listener: opened.listener, request };
  if (io.ask === null) throw opened.failure;
  return { listener: undefined, request: { ...request, plan: { way: 'paste', why: opened.failure.message } } };
}
