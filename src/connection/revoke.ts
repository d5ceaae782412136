import type { Failure } from '../ground/errors.ts';
import type { Shop } from '../ground/tokens-and-shops.ts';
import type { Answer } from '../tiktok/answer.ts';
import { deauthorizeShop } from '../tiktok/client.ts';
import { appOf } from './app.ts';
import { refreshedToken, type RefreshContext } from './fresh-token.ts';
import { verifyConnection } from './verify.ts';

export interface RevokedShop {
  readonly id: string;
  readonly name: string;
  /** TikTok Shop no longer accepted the authorization, so there was nothing to revoke. */
  readonly overAlready?: true;
  /** Why TikTok Shop didn't deauthorize it. */
  readonly failure?: Failure;
}

/**
 * `revoked`: every shop is deauthorized. `over already`: TikTok Shop no longer accepts the authorization. `no shops`:
 * we know no shop to deauthorize. `failed`: at least one shop is still authorized.
 */
export interface Revocation {
  readonly revocation: 'revoked' | 'over already' | 'no shops' | 'failed' | 'not asked for';
  readonly shops: readonly RevokedShop[];
  /** Why we couldn't try any shop. */
  readonly failure?: Failure;
}

/** The failures that mean there is nothing left to revoke. */
const overAlready: readonly string[] = ['refresh-token-unknown', 'refresh-token-expired', 'access-token-invalid'];

/**
 * Deauthorizes the app at TikTok Shop for every shop of a profile, even if the setup stopped right after the tokens
 * arrived. Changes nothing on this computer, except that it may refresh the tokens.
 */
export async function revokeShops(context: RefreshContext, name: string): Promise<Revocation> {
  const { io, store, hosts } = context;
  const stored = await store.profile(name);
  const known = stored && appOf(stored);
  if (stored?.tokens === undefined || known === undefined) return { revocation: 'no shops', shops: [] };
  const fresh = await refreshedToken(context, name);
  if (!fresh.ok) return notTried(fresh.failure);
  let { shops } = fresh.profile;
  if (shops.length === 0) {
    const verification = await verifyConnection(context, fresh.profile);
    if (verification.verdict !== 'verified') return notTried(verification.failure);
    ({ shops } = verification);
  }
  const { accessToken } = fresh.tokens;
  return await deauthorize(shops, ({ cipher }) =>
    deauthorizeShop(io, hosts(known.region), known.app, accessToken, cipher),
  );
}

function notTried(failure: Failure): Revocation {
  if (overAlready.includes(failure.code)) return { revocation: 'over already', shops: [] };
  if (failure.code === 'no-shops') return { revocation: 'no shops', shops: [] };
  return { revocation: 'failed', shops: [], failure };
}

async function deauthorize(
  listed: readonly Shop[],
  ask: (shop: Shop) => Promise<Answer<unknown>>,
): Promise<Revocation> {
  const shops: RevokedShop[] = [];
  for (const shop of listed) {
    const { id, name } = shop;
    const answer = await ask(shop);
    if (answer.ok) shops.push({ id, name });
    else if (overAlready.includes(answer.failure.code)) shops.push({ id, name, overAlready: true });
    else shops.push({ id, name, failure: answer.failure });
  }
  if (shops.length === 0) return { revocation: 'no shops', shops };
  if (shops.some(({ failure }) => failure !== undefined)) return { revocation: 'failed', shops };
  return { revocation: shops.every((shop) => shop.overAlready) ? 'over already' : 'revoked', shops };
}
