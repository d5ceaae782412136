import { isFailure, type Failure } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Store } from '../store/store.ts';
import { deauthorizeShop } from '../tiktok/client.ts';
import type { Hosts, Region } from '../tiktok/portals.ts';
import { appOf } from './app.ts';
import { freshToken } from './fresh-token.ts';

export interface RevokedShop {
  readonly id: string;
  readonly name: string;
  /** Why TikTok Shop did not deauthorize it; absent when it did. */
  readonly failure?: Failure;
}

/**
 * `revoked`: every shop is deauthorized. `over already`: TikTok Shop does not know the authorization any more.
 * `no shops`: no shop is known that could be deauthorized. `failed`: at least one shop still is authorized.
 */
export interface Revocation {
  readonly revocation: 'revoked' | 'over already' | 'no shops' | 'failed' | 'not asked for';
  readonly shops: readonly RevokedShop[];
  /** Set when not even a shop could be tried. */
  readonly failure?: Failure;
}

/** Answers that mean that there is nothing left to revoke. */
const overAlready: ReadonlySet<string> = new Set([
  'refresh-token-unknown',
  'refresh-token-expired',
  'access-token-invalid',
]);

/** Deauthorizes every shop of a profile for the app, at TikTok Shop. Nothing on this computer changes but a refresh. */
export async function revokeShops(
  io: Pick<Io, 'http' | 'clock' | 'signal'>,
  store: Store,
  hosts: (region: Region) => Hosts,
  name: string,
): Promise<Revocation> {
  const fresh = await freshToken(io, store, hosts, name);
  if (!fresh.ok) {
    if (fresh.failure.code === 'not-connected') return { revocation: 'no shops', shops: [] };
    if (overAlready.has(fresh.failure.code)) return { revocation: 'over already', shops: [] };
    return { revocation: 'failed', shops: [], failure: fresh.failure };
  }
  const known = appOf(fresh.profile);
  if (!known.ok) return { revocation: 'no shops', shops: [] };
  if (fresh.profile.shops.length === 0) return { revocation: 'no shops', shops: [] };
  const shops: RevokedShop[] = [];
  for (const { id, name: shopName, cipher } of fresh.profile.shops) {
    const answer = await deauthorizeShop(io, hosts(known.region), known.app, fresh.tokens.accessToken, cipher);
    const gone = answer.ok || overAlready.has(answer.failure.code);
    shops.push({ id, name: shopName, ...(gone ? {} : { failure: answer.failure }) });
  }
  return { revocation: shops.some(({ failure }) => isFailure(failure)) ? 'failed' : 'revoked', shops };
}
