import { isConnected, type AppRecord, type Profile, type ShopRecord } from './profile.ts';

/** `connecting`: begun and not finished. */
export type ProfileState = 'connected' | 'connecting' | 'waiting for approval';

/** What a list tells of a profile: nothing secret. Times are milliseconds since 1970. */
export interface ProfileOverview {
  readonly name: string;
  readonly state: ProfileState;
  /** `null`: not chosen yet. */
  readonly region: AppRecord['region'] | null;
  /** `null`: there are no tokens. */
  readonly accessTokenExpiresAt: number | null;
  /** `null`: no expiry, or no tokens. */
  readonly refreshTokenExpiresAt: number | null;
  /** `null`: TikTok Shop did not tell, or there are no tokens. */
  readonly grantedScopes: readonly string[] | null;
  readonly shops: readonly Pick<ShopRecord, 'id' | 'name' | 'region'>[];
}

export function overviewOf(profile: Profile): ProfileOverview {
  const { name, app, tokens, shops } = profile;
  return {
    name,
    state: stateOf(profile),
    region: app.region ?? null,
    accessTokenExpiresAt: tokens?.accessTokenExpiresAt ?? null,
    refreshTokenExpiresAt: tokens?.refreshTokenExpiresAt ?? null,
    grantedScopes: tokens?.grantedScopes ?? null,
    shops: shops.map((shop) => ({ id: shop.id, name: shop.name, region: shop.region })),
  };
}

export function stateOf(profile: Profile): ProfileState {
  if (isConnected(profile)) return 'connected';
  return profile.journal.waitingForApproval === true ? 'waiting for approval' : 'connecting';
}
