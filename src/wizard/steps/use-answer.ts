import { mustSetBack } from '../../connection/redirect-url.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import type { PageContent } from '../../listener/pages.ts';
import type { Draft } from '../draft.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import type { Arrived } from './capture-plan.ts';
import type { Approved, Turn } from './choose-cure.ts';
import { exchange } from './exchange.ts';
import { verify } from './verify.ts';

/** Exchanges an approved code and verifies the tokens. Then shows the result, or a denial, in the waiting browser. */
export async function useAnswer(context: WizardContext, draft: Draft, arrived: Arrived): Promise<Turn> {
  const { redirect, redirectUrl, answer } = arrived;
  let page: PageContent = { kind: 'waiting-ended' };
  try {
    const noted = noteRedirectUrl(context, draft, redirectUrl);
    const turn: Turn =
      redirect.outcome === 'approved'
        ? await redeem(context, noted, redirect)
        : { draft: noted, go: fail('authorization-denied', { error: redirect.error }) };
    page = await pageFor(context, turn);
    return turn;
  } catch (thrown) {
    if (isFailure(thrown)) page = failurePage(context, thrown);
    throw thrown;
  } finally {
    await answer?.(page);
  }
}

async function pageFor(context: WizardContext, { draft, go }: Turn): Promise<PageContent> {
  if (!isFailure(go)) {
    const isFinished = draft.ottokit?.connected === true && !mustSetBack(draft);
    return { kind: 'connected', shops: (await context.store.profile(draft.name))?.shops ?? [], isFinished };
  }
  if (go.code === 'authorization-denied') return { kind: 'denied' };
  const page = failurePage(context, go);
  return isUnattended(context) ? page : { ...page, fix: 'Go back to the terminal to choose what to do next.' };
}

const failurePage = ({ addFlags }: WizardContext, { message, fix }: Failure) =>
  ({ kind: 'failed', message, fix: addFlags?.(fix) ?? fix }) as const;

/** Uses the Redirect URL that TikTok Shop has just used, because it must be the app's. */
function noteRedirectUrl({ io }: WizardContext, draft: Draft, redirectUrl: string): Draft {
  if (redirectUrl === draft.app.redirectUrl) return draft;
  io.say.warn(`The app’s Redirect URL is ${redirectUrl}, not ${draft.app.redirectUrl ?? 'the one given'}.`);
  return { ...draft, app: { ...draft.app, redirectUrl } };
}

export async function redeem(context: WizardContext, draft: Draft, approved: Approved): Promise<Turn> {
  const authorized = await exchange(context, draft, approved);
  return isFailure(authorized) ? { draft, go: authorized, approved } : await verify(context, authorized);
}
