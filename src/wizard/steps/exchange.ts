import { requireApp } from '../../connection/app.ts';
import { notStored, tokenRecord } from '../../connection/fresh-token.ts';
import { mustSetBack } from '../../connection/redirect-url.ts';
import { defined } from '../../ground/defined.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { once } from '../../ground/once.ts';
import type { Tokens } from '../../ground/tokens-and-shops.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import type { PageContent } from '../../listener/pages.ts';
import { exchangeCode } from '../../tiktok/tokens.ts';
import { isComplete, undone, withDone, type Draft } from '../draft.ts';
import { isUnattended, type WizardContext } from '../wizard-context.ts';
import type { Arrival } from './capture-plan.ts';
import type { Approved, Turn } from './fixes.ts';
import { verify } from './verify.ts';

export async function useAnswer(context: WizardContext, draft: Draft, arrival: Arrival): Promise<Turn> {
  const { redirect, redirectUrl, answer } = arrival;
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
    const isFinished = isComplete(draft, 'finish') && !mustSetBack(draft);
    return { kind: 'connected', shops: (await context.store.profile(draft.name))?.shops ?? [], isFinished };
  }
  if (go.code === 'authorization-denied') return { kind: 'denied' };
  const page = failurePage(context, go);
  return isUnattended(context) ? page : { ...page, fix: 'Go back to the terminal to choose what to do next.' };
}

const failurePage = ({ addFlags }: WizardContext, { message, fix }: Failure) =>
  ({ kind: 'failed', message, fix: addFlags?.(fix) ?? fix }) as const;

/** TikTok Shop has just used this Redirect URL, so it must be the app's. */
function noteRedirectUrl({ io }: WizardContext, draft: Draft, redirectUrl: string): Draft {
  if (redirectUrl === draft.app.redirectUrl) return draft;
  io.say.warn(`The app’s Redirect URL is ${redirectUrl}, not ${draft.app.redirectUrl ?? 'the one given'}.`);
  return { ...draft, app: { ...draft.app, redirectUrl } };
}

export async function redeem(context: WizardContext, draft: Draft, approved: Approved): Promise<Turn> {
  const authorized = await exchange(context, draft, approved);
  if (isFailure(authorized)) return { draft, go: authorized, approved };
  // Don't refresh new tokens, even if they expire soon.
  return await verify(context, authorized, 0);
}

/**
 * Stores new tokens in place of any earlier ones. The code works only once, so this locks the profile and checks that
 * the store is writable before sending it.
 * @throws Failure tokens-not-stored, interrupted; as `Store.change`
 */
export async function exchange(context: WizardContext, draft: Draft, approved: Approved): Promise<Draft | Failure> {
  const { io, store, hosts } = context;
  const { code, appKey } = approved;
  const { app, region } = requireApp(draft);
  if (appKey !== undefined && appKey !== app.appKey)
    return fail('app-key-mismatch', { given: app.appKey, cameBack: appKey });
  const send = () => exchangeCode(io, hosts(region), app, code);
  // Send the code only once, because the store may repeat the change if another process took over its lock.
  const ask = once(() => withWaitMessage(io, 'Exchanging the authorization code for tokens', send));
  const result: { refused?: Failure | undefined; authorized?: Draft } = {};
  try {
    await store.change(draft.name, async (current, proveWritable) => {
      await proveWritable();
      const answer = await ask();
      result.refused = answer.ok ? otherAccount(answer.value, answer.requestId) : answer.failure;
      if (!answer.ok || result.refused !== undefined) return current;
      const now = io.clock.now();
      const { name, journal, ottokit: _, ...rest } = undone(withDone(draft, 'authorize', now), 'verify', 'finish');
      // A connection in OttoKit belongs to one app, so another app needs a new one.
      const kept = current?.app.appKey === app.appKey ? defined({ ottokit: current.ottokit }) : {};
      result.authorized = { ...rest, name, journal, ...kept, keepsStored: false };
      const times = { createdAt: current?.createdAt ?? now, updatedAt: now };
      return { name, app: draft.app, journal, tokens: tokenRecord(answer.value, now), shops: [], ...kept, ...times };
    });
  } catch (thrown) {
    throw isFailure(thrown) && result.authorized !== undefined ? notStored(thrown) : thrown;
  }
  if (result.authorized === undefined) return result.refused ?? fail('not-connected', { profile: draft.name });
  // The tokens are stored, so Ctrl-C may end the run now.
  io.signal.throwIfAborted();
  return result.authorized;
}

/** Refuses any type but seller. `user_type`: 0 seller, 1 creator, 3 partner (Partner Center docs, Get Access Token). */
function otherAccount({ userType }: Tokens, requestId: string | undefined): Failure | undefined {
  if (userType === undefined || userType === 0) return undefined;
  const kinds: Record<number, string> = { 1: 'creator', 3: 'partner' };
  const accountType = kinds[userType] ?? `different (user_type ${String(userType)})`;
  return fail('wrong-account-type', { accountType }, { requestId });
}
