import { fail } from '../ground/errors.ts';
import { refreshedToken } from '../connection/fresh-token.ts';
import { verifyConnection, type Verification } from '../connection/verify.ts';
import type { Profile, ShopRecord } from '../store/model/profile.ts';
import { shopListScope, scopeInWords } from '../scopes/catalog.ts';
import { isDone, withDone, reopenSteps, type Draft } from './draft.ts';
import type { WizardContext } from './wizard-context.ts';

export interface Verified {
  readonly draft: Draft;
  readonly shops: readonly ShopRecord[];
}

/** Proves the stored tokens by listing the shops, and keeps the shops. Only after this does the profile count as connected. */
export async function verify(setting: WizardContext, draft: Draft): Promise<Verified> {
  const { io, store } = setting;
  const profile = await store.profile(draft.name);
  if (profile === undefined) throw fail('not-connected', { profile: draft.name });
  if (isDone(draft, 'verify')) return { draft, shops: profile.shops };

  const waiting = io.say.wait(() => 'Asking TikTok Shop for the shops of this authorization (Ctrl-C leaves)');
  const verification = await verifyRefreshed(setting, { ...profile, app: draft.app }).finally(() => {
    waiting.stop();
  });
  switch (verification.verdict) {
    case 'verified':
      return await keepShops(setting, draft, verification.shops, false);
    case 'unlisted':
      io.say.warn(
        `Connected, but TikTok Shop does not list the shops without the scope ${scopeInWords(shopListScope)}.`,
      );
      io.say.line('Enable it in Manage API and authorize again with `ottokit-tiktok connect --restart` to see them.');
      // Those of before are still the seller's: `disconnect --revoke` needs them.
      return await keepShops(setting, draft, profile.shops, profile.shops.length === 0);
    case 'failed':
      if (verification.failure.code === 'app-secret-mismatch') await forgetSecret(setting, draft);
      if (needsNewAuthorization.has(verification.failure.code)) await setting.keep(reopenSteps(draft, 'authorize'));
      throw verification.failure;
  }
}

/** Lists the shops; an access token that has expired meanwhile, or by TikTok Shop's clock, is refreshed for it, once. */
async function verifyRefreshed({ io, store, hosts }: WizardContext, profile: Profile): Promise<Verification> {
  const first = await verifyConnection(io, hosts, profile);
  if (first.verdict !== 'failed' || first.failure.code !== 'access-token-expired') return first;
  const fresh = await refreshedToken(io, store, hosts, profile.name, Infinity);
  if (!fresh.ok) return { verdict: 'failed', failure: fresh.failure };
  return await verifyConnection(io, hosts, { ...profile, tokens: fresh.tokens });
}

/** Failures after which the stored tokens cannot become good again. */
const needsNewAuthorization: ReadonlySet<string> = new Set([
  'access-token-invalid',
  'refresh-token-unknown',
  'refresh-token-expired',
  'no-shops',
]);

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
  return { draft: verified, shops };
}

/** The signature was refused, so the secret is asked for again at the next run; the tokens stay. */
async function forgetSecret(setting: WizardContext, draft: Draft): Promise<void> {
  const { appSecret: _, ...app } = draft.app;
  await setting.keep({ ...reopenSteps(draft, 'credentials'), app });
}
