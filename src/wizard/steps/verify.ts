import { refreshedToken } from '../../connection/fresh-token.ts';
import { unusableInWords, verifyConnection, type Verification } from '../../connection/verify.ts';
import { fail, type Failure } from '../../ground/errors.ts';
import { withWaitMessage } from '../../ground/wait-message.ts';
import type { Profile, ShopRecord } from '../../store/model/profile.ts';
import { withDone, type Draft } from '../draft.ts';
import type { WizardContext } from '../wizard-context.ts';

export type Verified =
  | { readonly ok: true; readonly draft: Draft; readonly shops: readonly ShopRecord[] }
  | { readonly ok: false; readonly failure: Failure };

/**
 * Proves the stored tokens by listing the shops, and keeps the shops. Only after this does the profile count as
 * connected. A refusal for a missing scope proves them too: the list needs 431812, which OttoKit doesn't ask for.
 */
export async function verify(context: WizardContext, draft: Draft): Promise<Verified> {
  const { io, store } = context;
  const profile = await store.profile(draft.name);
  if (profile === undefined) return { ok: false, failure: fail('not-connected', { profile: draft.name }) };
  const verification = await withWaitMessage(io, 'Asking TikTok Shop for the shops of this authorization', () =>
    verifyRefreshed(context, { ...profile, app: draft.app }),
  );
  switch (verification.verdict) {
    case 'verified':
      if (verification.unusable.length > 0) io.say.warn(`${unusableInWords(verification.unusable)}.`);
      return await keepShops(context, draft, verification.shops, verification.shops.length === 0);
    case 'unlisted':
      // The shops of before are still the seller's: `disconnect --revoke` needs them.
      return await keepShops(context, draft, profile.shops, profile.shops.length === 0);
    case 'failed':
      return { ok: false, failure: verification.failure };
  }
}

/** Lists the shops; an access token that has expired, or has by TikTok Shop's clock, is refreshed once for it. */
async function verifyRefreshed({ io, store, hosts }: WizardContext, profile: Profile): Promise<Verification> {
  const first = await verifyConnection(io, hosts, profile);
  if (first.verdict !== 'failed' || first.failure.code !== 'access-token-expired') return first;
  const fresh = await refreshedToken(io, store, hosts, profile.name, Infinity);
  if (!fresh.ok) return { verdict: 'failed', failure: fresh.failure };
  return await verifyConnection(io, hosts, { ...profile, tokens: fresh.tokens });
}

async function keepShops(
  { store, io }: WizardContext,
  draft: Draft,
  shops: readonly ShopRecord[],
  shopsUnknown: boolean,
): Promise<Verified> {
  const verified = withDone(draft, 'verify', io.clock.now(), { shopsUnknown });
  await store.change(draft.name, (current) => {
    if (current === undefined) return undefined;
    const { pendingReplacement: _, ...rest } = current;
    return { ...rest, app: draft.app, journal: verified.journal, shops, updatedAt: io.clock.now() };
  });
  return { ok: true, draft: { ...verified, beside: false }, shops };
}
