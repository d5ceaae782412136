import { appOf } from '../../connection/app.ts';
import { notStored, tokenRecord } from '../../connection/fresh-token.ts';
import { defined } from '../../ground/defined.ts';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import type { Profile } from '../../store/model/profile.ts';
import { exchangeCode, type Tokens } from '../../tiktok/tokens.ts';
import { undone, withDone, type Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';
import type { Approved } from './choose-cure.ts';

/**
 * Exchanges the code for tokens and stores them, replacing those of an earlier connection.
 * @returns the draft, or why TikTok Shop or this program refused
 * @throws Failure tokens-not-stored and those of the store; interrupted
 */
export async function exchange(
  context: WizardContext,
  draft: Draft,
  { code, appKey }: Approved,
): Promise<Draft | Failure> {
  const known = appOf(draft);
  if (!known.ok) throw known.failure;
  const { app, region } = known;
  if (appKey !== undefined && appKey !== app.appKey)
    return fail('app-key-mismatch', { given: app.appKey, cameBack: appKey });
  const { io } = context;
  const answer = await withWaitMessage(io, 'Exchanging the authorization code for tokens', () =>
    exchangeCode(io, context.hosts(region), app, code),
  );
  if (!answer.ok) return answer.failure;
  const refused = otherAccount(answer.value, answer.requestId);
  if (refused !== undefined) return refused;
  const authorized = await storeTokens(context, draft, answer.value);
  // The tokens are stored, so a pending interruption may end the run now.
  io.signal.throwIfAborted();
  return authorized;
}

/** `user_type` 0 is a seller, 1 a creator, 3 a partner (TikTok Shop Partner Center, Get Access Token). */
function otherAccount({ userType }: Tokens, requestId: string | undefined): Failure | undefined {
  if (userType === undefined || userType === 0) return undefined;
  const kinds: Record<number, string> = { 1: 'creator', 3: 'partner' };
  const accountType = kinds[userType] ?? `different (user_type ${String(userType)})`;
  return fail('wrong-account-type', { accountType }, { requestId });
}

async function storeTokens({ store, io }: WizardContext, draft: Draft, tokens: Tokens): Promise<Draft> {
  const now = io.clock.now();
  const authorized = undone(withDone(draft, 'authorize', now), 'verify', 'finish');
  const { name, app, journal } = authorized;
  const change = (current: Profile | undefined): Profile => ({
    ...{ name, app, journal, shops: [], updatedAt: now, createdAt: current?.createdAt ?? now },
    tokens: tokenRecord(tokens, now),
    // OttoKit connects to an app, so another app needs a new connection there.
    ...(current?.app.appKey === app.appKey ? defined({ ottokit: current?.ottokit }) : {}),
  });
  try {
    const { ottokit } = (await store.change(name, change, { evenWhenLeaving: true })) ?? {};
    const { ottokit: _, ...rest } = authorized;
    return { ...rest, ...defined({ ottokit }), beside: false };
  } catch (thrown) {
    throw isFailure(thrown) ? notStored(store, thrown) : thrown;
  }
}
