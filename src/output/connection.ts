import { sellerInWords } from '../connection/authorization.ts';
import { mustSetBack, ottokitDashboard, ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { defaultRegion, regions } from '../ground/regions.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Shop } from '../ground/tokens-and-shops.ts';
import { shopListScope } from '../scopes/catalog.ts';
import { compareScopes, grantedInWords, scopeIds, type ScopeIds } from '../scopes/compare.ts';
import type { Profile } from '../store/model/profile.ts';
import type { KeySource } from '../store/store.ts';
import { expiryInWords, isoTime, keySourceInWords, mark, type Style } from './format.ts';

export interface ConnectResult {
  readonly profile: Profile;
  readonly keySource: KeySource | null;
  /** `connected`: the seller authorized the app. Otherwise, the user continues later. */
  readonly outcome: 'connected' | 'waiting for approval' | 'saved';
  readonly wasConnected: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const connectJson = ({ profile, keySource, outcome }: ConnectResult) => ({
  ...connectionJson(profile, keySource),
  ...(outcome === 'waiting for approval' ? { waitingFor: 'approval' } : {}),
});

/** Ends with the next step. Once TikTok Shop is authorized, begins with a mark, green if OttoKit is connected too. */
export function connectText({ profile, outcome, wasConnected, keySource, now }: ConnectResult, style: Style): string {
  if (outcome === 'saved') return 'Saved. Continue with `ottokit-tiktok connect`.';
  if (outcome === 'waiting for approval')
    return 'Saved. Approval of a Partner Center account can take three days.\nOnce it’s approved, continue with `ottokit-tiktok connect`.';
  return [
    titleLine(profile, wasConnected, style),
    ...connectionLines(profile, now),
    labeled('Store', keySourceInWords(keySource)),
    nextLine(profile),
  ].join('\n');
}

function titleLine({ name, ottokit }: Profile, wasConnected: boolean, style: Style): string {
  const isFinished = ottokit?.connected === true;
  const before = wasConnected ? ' already' : '';
  const title = isFinished
    ? `Connected${before}: “${name}”, in TikTok Shop and in OttoKit`
    : `TikTok Shop is authorized${before}: “${name}”. OttoKit isn’t ${ottokit ? 'connected' : 'confirmed yet'}`;
  return `${mark(isFinished ? 'pass' : 'warn', style)} ${style.paint.bold(title)}`;
}

function nextLine(profile: Profile): string {
  if (profile.pendingReplacement !== undefined)
    return 'Next: continue or discard the new setup, which isn’t finished, with `ottokit-tiktok connect`.';
  const { missing } = scopeIds(compareScopes(profile));
  if (missing.length > 0)
    return `Next: switch on ${missing.join(', ')} in Manage API, authorize again with \`ottokit-tiktok connect --reauthorize\`, then connect again in OttoKit.`;
  if (mustSetBack(profile))
    return `Next: set the app’s Redirect URL back to OttoKit’s, ${ottokitRedirectUrl}, then connect in OttoKit.`;
  if (profile.ottokit?.connected === true)
    return 'Next: nothing. If something stops working, run `ottokit-tiktok doctor`.';
  return `Next: connect in OttoKit (${ottokitDashboard}) with the same App Key, App Secret and Service ID, then confirm it with \`ottokit-tiktok connect\`.`;
}

/**
 * Returns what `connect --json` and each profile in `status --json` share. Contains no secret, token or cipher.
 * Times are ISO 8601, or `null` if there is none. `ottokit` is what the user reported, if anything.
 */
export const connectionJson = (profile: Profile, keySource: KeySource | null) => ({
  profile: profile.name,
  region: profile.app.region ?? null,
  redirectUrl: profile.app.redirectUrl ?? null,
  appKey: profile.app.appKey ?? null,
  serviceId: profile.app.serviceId ?? null,
  shops: profile.shops.map(({ id, name, region, sellerType }) => ({ id, name, region, sellerType })),
  scopes: scopeIds(compareScopes(profile)),
  accessTokenExpiresAt: isoTime(profile.tokens?.accessTokenExpiresAt),
  refreshTokenExpiresAt: isoTime(profile.tokens?.refreshTokenExpiresAt),
  keySource,
  ottokit: { connected: profile.ottokit?.connected ?? null, confirmedAt: isoTime(profile.ottokit?.confirmedAt) },
});

export function connectionLines(profile: Profile, now: number): readonly string[] {
  const { accessTokenExpiresAt = null, refreshTokenExpiresAt = null } = profile.tokens ?? {};
  const access = expiryInWords(accessTokenExpiresAt, now);
  return [
    labeled('TikTok Shop', `authorized${onDay(profile.journal.done.authorize)}`),
    labeled('OttoKit', ottokitInWords(profile)),
    labeled('Region', regions[profile.app.region ?? defaultRegion].label),
    ...shopLines(profile),
    ...scopeLines(scopeIds(compareScopes(profile))),
    labeled('Access token', `${access}; \`ottokit-tiktok token\` refreshes it when needed`),
    labeled('Authorization', expiryInWords(refreshTokenExpiresAt, now)),
  ];
}

function onDay(at: number | undefined): string {
  const time = isoTime(at);
  return time === null ? '' : ` on ${time.slice(0, 10)}`;
}

/** Shows what the user reported, because OttoKit has no known API to ask. */
function ottokitInWords({ ottokit }: Profile): string {
  if (ottokit === undefined) return 'not confirmed yet; finish with `ottokit-tiktok connect`';
  const day = onDay(ottokit.confirmedAt);
  return ottokit.connected
    ? `connected, confirmed${day}`
    : `not connected, as you reported${day}; try again with \`ottokit-tiktok connect\``;
}

export const labeled = (label: string, value: string): string => `  ${label.padEnd(15)}${value}`;

function shopLines({ shops, tokens }: Profile): readonly string[] {
  if (shops.length > 0) return shops.map((shop, index) => labeled(index === 0 ? 'Shops' : '', shopInWords(shop)));
  const mayList = tokens?.grantedScopes?.includes(shopListScope.key) === true;
  const why = mayList ? 'none listed' : `can’t be listed without the scope ${shopListScope.id}`;
  return [labeled('Seller', sellerInWords(tokens) || 'unknown'), labeled('Shops', why)];
}

export const shopInWords = ({ id, name, region }: Pick<Shop, 'id' | 'name' | 'region'>): string =>
  sanitizeForTerminal(`${name} (${region}, id ${id})`);

function scopeLines({ granted, missing, pending, unknown }: ScopeIds): readonly string[] {
  const list = (label: string, ids: readonly string[]): readonly string[] =>
    ids.length === 0 ? [] : [labeled('', `${label}: ${ids.join(', ')}`)];
  return [
    labeled('Scopes', grantedInWords(granted)),
    ...list('missing', missing),
    ...list('pending review', pending),
    ...list('unknown (TikTok Shop didn’t list the scopes)', unknown),
  ];
}
