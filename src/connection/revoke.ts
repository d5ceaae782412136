import type { Failure } from '../ground/errors.ts';
import { deauthorizeShop } from '../tiktok/client.ts';
import { appOf } from './app.ts';
import { isAuthorizationOver } from './authorization.ts';
import { freshUnverifiedToken, type RefreshContext } from './fresh-token.ts';
import { verifyConnection } from './verify.ts';

export interface RevokedShop {
  readonly id: string;
  readonly name: string;
  /** Whether TikTok Shop no longer accepted the authorization, so that there was nothing to revoke. */
  readonly overAlready?: true;
  readonly failure?: Failure;
}

/** `over already`: TikTok Shop no longer accepts the authorization. `failed`: some shop may still be authorized. */
export interface Revocation {
  readonly revocation: 'revoked' | 'over already' | 'no shops' | 'failed' | 'not asked for';
  readonly shops: readonly RevokedShop[];
  /** Why we didn't try to revoke any shop. */
  readonly failure?: Failure;
}

/** Works even if the setup stopped right after the tokens arrived. Stores only refreshed tokens. */
export async function revokeShops(context: RefreshContext, name: string): Promise<Revocation> {
  const { io, store, hosts } = context;
  const stored = await store.profile(name);
  const known = stored && appOf(stored);
  if (stored?.tokens === undefined || known === undefined) return { revocation: 'no shops', shops: [] };
  const fresh = await freshUnverifiedToken(context, name);
  if (!fresh.ok) return notTried(fresh.failure);
  let { shops } = fresh.profile;
  if (shops.length === 0) {
    const verification = await verifyConnection(context, fresh.profile);
    if (verification.verdict !== 'verified') return notTried(verification.failure);
    ({ shops } = verification);
  }
  const tried: RevokedShop[] = [];
  for (const { id, name: shop, cipher } of shops) {
    const answer = await deauthorizeShop(io, hosts(known.region), known.app, fresh.tokens.accessToken, cipher);
    if (answer.ok) tried.push({ id, name: shop });
    else if (isAuthorizationOver(answer.failure)) tried.push({ id, name: shop, overAlready: true });
    else tried.push({ id, name: shop, failure: answer.failure });
  }
  return { revocation: summaryOf(tried), shops: tried };
}

function notTried(failure: Failure): Revocation {
  if (isAuthorizationOver(failure)) return { revocation: 'over already', shops: [] };
  if (failure.code === 'no-shops') return { revocation: 'no shops', shops: [] };
  return { revocation: 'failed', shops: [], failure };
}

function summaryOf(shops: readonly RevokedShop[]): Revocation['revocation'] {
  if (shops.length === 0) return 'no shops';
  if (shops.some(({ failure }) => failure !== undefined)) return 'failed';
  return shops.every((shop) => shop.overAlready) ? 'over already' : 'revoked';
}
