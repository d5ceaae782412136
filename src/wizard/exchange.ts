import { fail, isFailure, type Failure } from '../ground/errors.ts';
import { notStored, tokenRecord } from '../connection/fresh-token.ts';
import { defined } from '../ground/defined.ts';
import { waitMessage } from '../ground/wait-message.ts';
import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { Profile } from '../store/model/profile.ts';
import type { RedirectVerdict } from '../tiktok/authorization.ts';
import type { Region } from '../tiktok/portals.ts';
import { exchangeCode, type App, type Tokens } from '../tiktok/tokens.ts';
import { withDone, reopenSteps, type Draft } from './draft.ts';
import type { WizardContext } from './wizard-context.ts';

type Approved = Extract<RedirectVerdict, { outcome: 'approved' }>;

/** Exchanges the code for tokens, once, and stores them; a connection that stood before is replaced here. */
export async function exchange(
  setting: WizardContext,
  draft: Draft,
  app: App,
  region: Region,
  { code, appKey }: Approved,
): Promise<Draft> {
  if (appKey !== undefined && appKey !== app.appKey) {
    await setting.keep(reopenSteps(draft, 'credentials'));
    throw fail('app-key-mismatch', { given: app.appKey, cameBack: appKey });
  }
  const { io } = setting;
  const waiting = io.say.wait(() => waitMessage('Exchanging the authorization code for tokens', io.signal));
  const answer = await exchangeCode(io, setting.hosts(region), app, code).finally(() => {
    waiting.stop();
  });
  if (!answer.ok) {
    await setting.keep(withUndoneRefused(draft, answer.failure));
    throw answer.failure;
  }
  refuseOtherAccounts(answer.value, answer.requestId);
  const authorized = await storeTokens(setting, draft, answer.value);
  // The tokens are kept; now the interruption that came meanwhile counts.
  io.signal.throwIfAborted();
  return authorized;
}

/**
 * What TikTok Shop has just complained about is asked for again. It stays what is proposed: that the code 36004201 means
 * a wrong App Key comes from a single report.
 */
const withUndoneRefused = (draft: Draft, { code }: Failure): Draft =>
  code === 'app-key-invalid' ? reopenSteps(draft, 'credentials') : draft;

/** `user_type` 0 is a seller, 1 a creator, 3 a partner (TikTok Shop Partner Center, Get Access Token). */
function refuseOtherAccounts({ userType }: Tokens, requestId: string | undefined): void {
  if (userType === undefined || userType === 0) return;
  const kinds: Record<number, string> = { 1: 'creator', 3: 'partner' };
  const accountType = kinds[userType] ?? `different (user_type ${String(userType)})`;
  throw fail('wrong-account-type', { accountType }, { requestId });
}

async function storeTokens({ store, io }: WizardContext, draft: Draft, tokens: Tokens): Promise<Draft> {
  const now = io.clock.now();
  // TikTok Shop has just used this Redirect URL; OttoKit's own authorization would end there as well.
  const redirectToRestore = draft.app.redirectUrl !== ottokitRedirectUrl;
  const authorized = reopenSteps(withDone(draft, 'authorize', now, { redirectToRestore }), 'verify', 'finish');
  try {
    const authorize = (current: Profile | undefined): Profile => ({
      name: draft.name,
      app: authorized.app,
      journal: authorized.journal,
      tokens: tokenRecord(tokens, now),
      ...defined({ ottokit: authorized.ottokit }),
      shops: [],
      createdAt: current?.createdAt ?? now,
      updatedAt: now,
    });
    await store.change(draft.name, authorize, { evenWhenLeaving: true });
  } catch (thrown) {
    throw isFailure(thrown) ? notStored(store, thrown) : thrown;
  }
  return authorized;
}
