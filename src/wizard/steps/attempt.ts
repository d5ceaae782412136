import { requireApp } from '../../connection/app.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { withProfileFlag } from '../../ground/profile-flag.ts';
import type { PageContent } from '../../listener/pages.ts';
import { authorizationUrl, newState } from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import type { Arrived, CapturePlan } from './capture-plan.ts';
import { captureRedirect } from './capture-redirect.ts';
import type { Approved, Turn } from './choose-cure.ts';
import { exchange } from './exchange.ts';
import { verify } from './verify.ts';

/** Opens TikTok Shop and waits for one answer. */
export async function attempt(context: WizardContext, draft: Draft, plan: CapturePlan): Promise<Turn> {
  const { redirectUrl = '', authorizationHost } = draft.app;
  const { region, serviceId } = requireApp(draft);
  const state = newState();
  const address = authorizationUrl(context.hosts(region), serviceId, state, authorizationHost);
  const captured = await captureRedirect(context, { plan, redirectUrl, state, address }, (arrived) =>
    useAnswer(context, draft, arrived),
  );
  return { draft, ...captured };
}

/** Exchanges the code and verifies the tokens, then shows the result in the waiting browser. */
async function useAnswer(context: WizardContext, draft: Draft, { redirect, ...arrived }: Arrived): Promise<Turn> {
  let page: PageContent = { kind: 'waiting-ended' };
  try {
    const noted = noteRedirectUrl(context, draft, arrived.redirectUrl);
    const turn: Turn =
      redirect.outcome === 'approved'
        ? await redeem(context, noted, redirect)
        : { draft: noted, failure: fail('authorization-denied', { error: redirect.error }) };
    page = await pageFor(context, turn);
    return turn;
  } catch (thrown) {
    if (isFailure(thrown)) page = failurePage(context, thrown);
    throw thrown;
  } finally {
    await arrived.answer?.(page);
  }
}

async function pageFor(context: WizardContext, turn: Turn): Promise<PageContent> {
  if (!('failure' in turn)) {
    const profile = await context.store.profile(turn.draft.name);
    return { kind: 'connected', shops: profile?.shops ?? [] };
  }
  if (turn.failure.code === 'authorization-denied') return { kind: 'denied' };
  const page = failurePage(context, turn.failure);
  return isUnattended(context) ? page : { ...page, fix: 'Go back to the terminal: it asks what to do next.' };
}

const failurePage = ({ answers }: WizardContext, { message, fix }: Failure) =>
  ({ kind: 'failed', message, fix: withProfileFlag(fix, answers.profile) }) as const;

/** Uses the Redirect URL that TikTok Shop has just used, because it must be the app's. */
function noteRedirectUrl({ io }: WizardContext, draft: Draft, redirectUrl: string): Draft {
  if (redirectUrl === draft.app.redirectUrl) return draft;
  io.say.warn(`The app’s Redirect URL is ${redirectUrl}, not ${draft.app.redirectUrl ?? 'the one given'}.`);
  return { ...draft, app: { ...draft.app, redirectUrl } };
}

export async function redeem(context: WizardContext, draft: Draft, approved: Approved): Promise<Turn> {
  const authorized = await exchange(context, draft, approved);
  return isFailure(authorized) ? { draft, failure: authorized, approved } : await prove(context, authorized);
}

/** Verifies stored tokens. */
export async function prove(context: WizardContext, draft: Draft): Promise<Turn> {
  const verified = await verify(context, draft);
  return isFailure(verified) ? { draft, failure: verified } : { draft: verified, go: 'on' };
}
