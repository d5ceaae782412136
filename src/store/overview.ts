import { isConnected, type AppRecord, type Profile, type ShopRecord, type TokenRecord } from './profile.ts';

/** `connecting`: begun and not finished. */
export type ProfileState = 'connected' | 'connecting' | 'waiting for approval';

/** What a list tells of a profile: nothing secret. Times are milliseconds since 1970. */
export interface ProfileOverview
  extends
    Partial<Pick<AppRecord, 'region'>>,
    Partial<Pick<TokenRecord, 'accessTokenExpiresAt' | 'refreshTokenExpiresAt' | 'grantedScopes'>> {
  readonly name: string;
  readonly state: ProfileState;
  readonly shops: readonly Pick<ShopRecord, 'id' | 'name' | 'region'>[];
}

export function overviewOf(profile: Profile): ProfileOverview {
  const { name, app, tokens, shops } = profile;
  return {
    name,
    state: stateOf(profile),
    ...(app.region === undefined ? {} : { region: app.region }),
    ...(tokens === undefined ? {} : overviewOfTokens(tokens)),
    shops: shops.map((shop) => ({ id: shop.id, name: shop.name, region: shop.region })),
  };
}

export function stateOf(profile: Profile): ProfileState {
  if (isConnected(profile)) return 'connected';
  return profile.journal.waitingForApproval === true ? 'waiting for approval' : 'connecting';
}

function overviewOfTokens({
  accessTokenExpiresAt,
  refreshTokenExpiresAt,
  grantedScopes,
}: TokenRecord): Partial<ProfileOverview> {
  return { accessTokenExpiresAt, refreshTokenExpiresAt, ...(grantedScopes === undefined ? {} : { grantedScopes }) };
}
