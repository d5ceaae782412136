import { freshUnverifiedToken } from '../../connection/fresh-token.ts';
import { sellerInWords } from '../../connection/authorization.ts';
import { unusableInWords, verifyConnection, type Verification } from '../../connection/verify.ts';
import { defined } from '../../ground/defined.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import { scopeInWords, type Scope } from '../../scopes/catalog.ts';
import { compareScopes } from '../../scopes/compare.ts';
import type { Profile } from '../../store/model/profile.ts';
import type { Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';

/**
 * Lists the shops with a signed call, then marks the profile as connected. The scope to list shops (431812) may be
 * missing, because OttoKit doesn't need it.
 */
export async function verify(context: WizardContext, draft: Draft, minValidity?: number) {
  const { io, store } = context;
  const verification = await withWaitMessage(io, 'Asking TikTok Shop for the shops of this authorization', () =>
    verifyRefreshed(context, draft, minValidity),
  );
  if (verification.verdict === 'failed') return { draft, go: verification.failure };
  const isListed = verification.verdict === 'verified';
  if (isListed && verification.unusable.length > 0) io.say.warn(`${unusableInWords(verification.unusable)}.`);
  const now = io.clock.now();
  // If the signed call works, the credentials and the authorization are right too.
  const done = { credentials: now, authorize: now, ...draft.journal.done, verify: now };
  const verified = { ...draft, journal: { ...draft.journal, done }, keepsStored: false };
  await store.change(draft.name, (current) => {
    if (current === undefined) return undefined;
    const { pendingReplacement: _, ...rest } = current;
    // If the shops can't be listed, keep the old ones, because `disconnect --revoke` needs them.
    const shops = isListed ? verification.shops : current.shops;
    return { ...rest, app: draft.app, journal: verified.journal, shops, updatedAt: now };
  });
  return { draft: verified, go: 'next' as const };
}

async function verifyRefreshed(context: WizardContext, draft: Draft, minValidity?: number): Promise<Verification> {
  const { name, app } = draft;
  const fresh = await freshUnverifiedToken(context, name, defined({ app, minValidity }));
  if (!fresh.ok) return { verdict: 'failed', failure: fresh.failure };
  const listed = await verifyConnection(context, { ...fresh.profile, app });
  const isExpired = listed.verdict === 'failed' && listed.failure.code === 'access-token-expired';
  return isExpired && minValidity !== Infinity ? await verifyRefreshed(context, draft, Infinity) : listed;
}

/** Says who authorized the app. Warns about missing scopes now, because OttoKit needs them. */
export async function sayGranted({ io: { say }, store }: WizardContext, { name }: Draft): Promise<void> {
  const profile = await store.profile(name);
  if (profile === undefined) return;
  const shops = profile.shops.map((shop) => `${shop.name} (${shop.region})`).join(', ');
  const authorized = shops || sellerInWords(profile.tokens);
  say.done(authorized === '' ? 'TikTok Shop authorized the app' : `TikTok Shop authorized: ${authorized}`);
  const off = scopesOff(profile);
  if (off.length === 0) return;
  say.warn(`Not granted: ${off.map(scopeInWords).join(', ')}.`);
  say.line(
    'Features that need these scopes won’t work in OttoKit either. Once they’re on in Manage API, authorize again with `ottokit-tiktok connect --reauthorize`, then connect again in OttoKit.',
  );
}

export const scopesOff = (profile?: Profile): readonly Scope[] =>
  compareScopes(profile).filter(({ state }) => state === 'missing' || state === 'pending');
