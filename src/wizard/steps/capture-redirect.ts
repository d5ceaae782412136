import { abortWith } from '../../ground/abort-with.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { counted } from '../../ground/words.ts';
import { listen, type Listener } from '../../listener/listener.ts';
import { readRedirect } from '../../tiktok/authorization.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { Arrived, AuthorizationRequest } from './capture-plan.ts';
import type { Turn } from './choose-cure.ts';
import type { Cure } from './cures.ts';
import { openAuthorizationPage, type OpenedPage } from './open-page.ts';
import { askWhileWaiting, waitingText } from './waiting.ts';

/** What ends a wait without a redirect. */
type Otherwise = { readonly cure: Cure } | { readonly failure: Failure };
type RedirectListener = Listener<Arrived['redirect']>;

/**
 * Waits for the redirect, captured or pasted, and passes it to `use` while the browser waits for its page. The wait
 * fails with authorization-timeout, interrupted, or window-closed.
 * @throws Failure port-busy, port-reserved or listener-failed without a terminal, and as `use`
 */
export async function captureRedirect(
  context: WizardContext,
  asked: AuthorizationRequest,
  use: (arrived: Arrived) => Promise<Turn>,
): Promise<Turn | Otherwise> {
  const { listener, request } = await openListener(context, asked);
  const ended = abortWith(context.io.signal);
  const { signal } = ended;
  let page: OpenedPage | undefined;
  let hasAnswered = false;
  try {
    page = await openAuthorizationPage(context, request, listener, signal);
    const first = await firstToArrive(context, request, { listener, page, signal });
    ended.abort(new Error('answered'));
    if (!('redirect' in first)) return first;
    hasAnswered = true;
    return await use(first);
  } finally {
    ended.abort(new Error('over'));
    await page?.close(hasAnswered);
    await listener?.close();
  }
}

/** If the port can't be used but someone can paste, changes the plan to `paste` and adds the reason. */
async function openListener(
  { io }: WizardContext,
  request: AuthorizationRequest,
): Promise<{ listener: RedirectListener | undefined; request: AuthorizationRequest }> {
  const { plan, redirectUrl, state } = request;
  if (plan.way === 'paste') return { listener: undefined, request };
  const listener = await listen<Arrived['redirect']>({
    ...(plan.way === 'browser' ? { redirectUrl: 'http://127.0.0.1:0/callback' } : { ...plan, redirectUrl }),
    judge: (query) => readRedirect(query, state),
    onRefused: (why) => io.say.warn(`Turned away a request that doesn’t belong to this login: ${why}`),
    signal: io.signal,
  });
  if (!isFailure(listener)) return { listener, request };
  if (io.ask === null) throw listener;
  return { listener: undefined, request: { ...request, plan: { way: 'paste', why: listener.message } } };
}

/** Waits for a redirect, a pasted address, another choice of the user or the timeout, whichever comes first. */
async function firstToArrive(
  context: WizardContext,
  request: AuthorizationRequest,
  { listener, page, signal }: { listener: RedirectListener | undefined; page: OpenedPage; signal: AbortSignal },
): Promise<Arrived | Otherwise> {
  const { io, answers, isDemo } = context;
  const deadline = io.clock.monotonic() + answers.timeout;
  const left = (): number => deadline - io.clock.monotonic();
  const { redirectUrl } = request;
  const racers: Promise<Arrived | Otherwise>[] = [
    timeout(context, signal),
    io.ask === null
      ? page.windowClosed.then(() => ({ failure: fail('window-closed', {}) }))
      : askWhileWaiting(context, request, left, signal),
  ];
  if (listener !== undefined)
    racers.push(listener.arrival.then(({ verdict, finish }) => ({ redirect: verdict, redirectUrl, answer: finish })));
  // Only the first counts. The others may reject later.
  for (const racer of racers) racer.catch(() => undefined);
  const waiting = io.ask === null ? io.say.wait(() => waitingText(left(), isDemo)) : undefined;
  return await Promise.race(racers).finally(() => waiting?.stop());
}

async function timeout({ io, answers: { timeout: ms } }: WizardContext, signal: AbortSignal): Promise<Otherwise> {
  await io.clock.sleep(ms, signal);
  if (io.signal.aborted) return { failure: fail('interrupted', {}) };
  const [count, unit] = ms < 60_000 ? ([ms / 1_000, 'second'] as const) : ([ms / 60_000, 'minute'] as const);
  return { failure: fail('authorization-timeout', { within: counted(Math.round(count * 10) / 10, unit) }) };
}
