import { appOf } from '../../connection/app.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import type { PageContent } from '../../listener/pages.ts';
import { authorizationUrl, newState } from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import { personAt, type WizardContext } from '../wizard-context.ts';
import type { Redirect } from './authorization-request.ts';
import type { CapturePlan } from './capture-plan.ts';
import { captureRedirect, type Settled } from './capture-redirect.ts';
import { exchange, type Approved } from './exchange.ts';
import { verify } from './verify.ts';
import type { Wish } from './waiting.ts';

/** `approved`: the answer whose code TikTok Shop refused to exchange. */
export type Attempt =
  | { readonly outcome: 'authorized'; readonly draft: Draft }
  | { readonly outcome: 'failed'; readonly draft: Draft; readonly failure: Failure; readonly approved?: Approved }
  | { readonly outcome: 'wish'; readonly draft: Draft; readonly wish: Wish };

/** Opens TikTok Shop once, waits, and exchanges and verifies what comes back while the browser waits for its page. */
export async function attempt(context: WizardContext, draft: Draft, plan: CapturePlan): Promise<Attempt> {
  const { redirectUrl, authorizationHost } = draft.app;
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  if (redirectUrl === undefined) throw new Error('the Redirect URL is known after its step');
  const state = newState();
  const address = authorizationUrl(context.hosts(known.region), known.serviceId, state, authorizationHost);
  try {
    const captured = await captureRedirect(context, { plan, redirectUrl, state, address }, (redirect, arrivedAt) =>
      settle(context, noteRedirectUrl(context, draft, arrivedAt), redirect),
    );
    return 'wish' in captured ? { outcome: 'wish', draft, wish: captured.wish } : captured.result;
  } catch (thrown) {
    if (!isFailure(thrown) || thrown.code !== 'authorization-timeout') throw thrown;
    return { outcome: 'failed', draft, failure: thrown };
  }
}

/** TikTok Shop has just used this Redirect URL, so it is the app's, whatever was said before. */
function noteRedirectUrl({ io }: WizardContext, draft: Draft, redirectUrl: string): Draft {
  if (redirectUrl === draft.app.redirectUrl) return draft;
  io.say.warn(`The app’s Redirect URL is ${redirectUrl}, not ${draft.app.redirectUrl ?? 'the one given'}.`);
  return { ...draft, app: { ...draft.app, redirectUrl } };
}

async function settle(context: WizardContext, draft: Draft, redirect: Redirect): Promise<Settled<Attempt>> {
  if (redirect.outcome === 'denied') {
    const failure = fail('authorization-denied', { error: redirect.error });
    return { result: { outcome: 'failed', draft, failure }, page: { kind: 'denied' } };
  }
  const exchanged = await redeem(context, draft, redirect);
  if (exchanged.outcome === 'failed') return { result: exchanged, page: pageOf(context, exchanged.failure) };
  const { shops } = (await context.store.profile(draft.name)) ?? { shops: [] };
  return { result: exchanged, page: { kind: 'connected', shops } };
}

/** Exchanges an approved answer and verifies the tokens. */
export async function redeem(
  context: WizardContext,
  draft: Draft,
  approved: Approved,
): Promise<Exclude<Attempt, { outcome: 'wish' }>> {
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const exchanged = await exchange(context, draft, known, approved);
  return exchanged.ok
    ? await prove(context, exchanged.draft)
    : { outcome: 'failed', draft, failure: exchanged.failure, approved };
}

/** Verifies tokens that are stored. */
export async function prove(context: WizardContext, draft: Draft): Promise<Exclude<Attempt, { outcome: 'wish' }>> {
  const verified = await verify(context, draft);
  if (verified.ok) return { outcome: 'authorized', draft: verified.draft };
  return { outcome: 'failed', draft, failure: verified.failure };
}

const pageOf = (context: WizardContext, { message, fix }: Failure): PageContent =>
  personAt(context) === null
    ? { kind: 'failed', message, fix }
    : { kind: 'failed', message, fix: 'Go back to the terminal: it asks what to do next.' };
