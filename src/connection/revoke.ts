import type { Failure } from '../ground/errors.ts';
import type { Io } from '../ground/io.ts';
import type { ShopRecord, TokenRecord } from '../store/model/profile.ts';
import type { Store } from '../store/store.ts';
import { deauthorizeShop } from '../tiktok/client.ts';
import type { Region } from '../ground/regions.ts';
import type { Hosts } from '../tiktok/portals.ts';
import type { App } from '../tiktok/tokens.ts';
import { appOf } from './app.ts';
import { refreshedToken } from './fresh-token.ts';
import { verifyConnection } from './verify.ts';

export interface RevokedShop {
  readonly id: string;
  readonly name: string;
  /** TikTok Shop no longer accepted the authorization, so there was nothing to end. */
  readonly overAlready?: true;
  /** Why TikTok Shop didn't deauthorize it. */
  readonly failure?: Failure;
}

/**
 * `revoked`: every shop is deauthorized. `over already`: TikTok Shop no longer accepts the authorization. `no shops`: no
 * shop is known that could be deauthorized. `failed`: at least one shop is still authorized.
 */
export interface Revocation {
  readonly revocation: 'revoked' | 'over already' | 'no shops' | 'failed' | 'not asked for';
  readonly shops: readonly RevokedShop[];
  /** Why no shop could be tried at all. */
  readonly failure?: Failure;
}

/** The failures that mean there is nothing left to revoke. */
const overAlready: readonly string[] = ['refresh-token-unknown', 'refresh-token-expired', 'access-token-invalid'];

/**
 * Deauthorizes the app at TikTok Shop for every shop of a profile, even if the setup stopped right after the tokens
 * arrived. On this computer, nothing changes except refreshed tokens.
 */
export async function revokeShops(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  store: Store,
  hosts: (region: Region) => Hosts,
  name: string,
): Promise<Revocation> {
  const stored = await store.profile(name);
  const known = stored === undefined ? undefined : appOf(stored);
  if (stored?.tokens === undefined || known?.ok !== true) return { revocation: 'no shops', shops: [] };
  const fresh = await refreshedToken(io, store, hosts, name);
  if (!fresh.ok) return notTried(fresh.failure);
  const { profile, tokens } = fresh;
  let { shops } = profile;
  if (shops.length === 0) {
    const verification = await verifyConnection(io, hosts, profile);
    if (verification.verdict !== 'verified') return notTried(verification.failure);
    ({ shops } = verification);
  }
  if (shops.length === 0) return { revocation: 'no shops', shops };
  return await deauthorize(io, hosts(known.region), known.app, tokens, shops);
}

function notTried(failure: Failure): Revocation {
  if (overAlready.includes(failure.code)) return { revocation: 'over already', shops: [] };
  if (failure.code === 'no-shops') return { revocation: 'no shops', shops: [] };
  return { revocation: 'failed', shops: [], failure };
}

async function deauthorize(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  hosts: Hosts,
  app: App,
  { accessToken }: TokenRecord,
  listed: readonly ShopRecord[],
): Promise<Revocation> {
  const shops: RevokedShop[] = [];
  for (const { id, name, cipher } of listed) {
    const answer = await deauthorizeShop(io, hosts, app, accessToken, cipher);
    if (answer.ok) shops.push({ id, name });
    else if (overAlready.includes(answer.failure.code)) shops.push({ id, name, overAlready: true });
    else shops.push({ id, name, failure: answer.failure });
  }
  if (shops.some(({ failure }) => failure !== undefined)) return { revocation: 'failed', shops };
  return { revocation: shops.every((shop) => shop.overAlready === true) ? 'over already' : 'revoked', shops };
}
