import { appOf } from '../../connection/app.ts';
import { fail, isFailure } from '../../ground/errors.ts';
import { authorizationUrl, newState } from '../../tiktok/authorization.ts';
import type { Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { CapturePlan } from './capture-plan.ts';
import { captureRedirect } from './capture-redirect.ts';
import { exchange } from './exchange.ts';
import type { Approved, Turn } from './turn.ts';
import { verify } from './verify.ts';

/** Opens TikTok Shop once, waits, and exchanges and verifies what comes back while the browser waits for its page. */
export async function attempt(context: WizardContext, draft: Draft, plan: CapturePlan): Promise<Turn> {
  const { redirectUrl, authorizationHost } = draft.app;
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  if (redirectUrl === undefined) throw new Error('the Redirect URL is known after its step');
  const state = newState();
  const address = authorizationUrl(context.hosts(known.region), known.serviceId, state, authorizationHost);
  const arrived = await captureRedirect(context, { plan, redirectUrl, state, address }, async (answer) => {
    const noted = noteRedirectUrl(context, draft, answer.redirectUrl);
    const { redirect } = answer;
    if (redirect.outcome === 'approved') return await redeem(context, noted, redirect);
    return { draft: noted, failure: fail('authorization-denied', { error: redirect.error }) };
  });
  return { draft, ...arrived };
}

/** TikTok Shop has just used this Redirect URL, so it is the app's, whatever was said before. */
function noteRedirectUrl({ io }: WizardContext, draft: Draft, redirectUrl: string): Draft {
  if (redirectUrl === draft.app.redirectUrl) return draft;
  io.say.warn(`The app’s Redirect URL is ${redirectUrl}, not ${draft.app.redirectUrl ?? 'the one given'}.`);
  return { ...draft, app: { ...draft.app, redirectUrl } };
}

/** Exchanges an approved answer and verifies the tokens. */
export async function redeem(context: WizardContext, draft: Draft, approved: Approved): Promise<Turn> {
  const authorized = await exchange(context, draft, approved);
  return isFailure(authorized) ? { draft, failure: authorized, approved } : await prove(context, authorized);
}

/** Verifies tokens that are stored. */
export async function prove(context: WizardContext, draft: Draft): Promise<Turn> {
  const verified = await verify(context, draft);
  return isFailure(verified) ? { draft, failure: verified } : { draft: verified, go: 'on' };
}
