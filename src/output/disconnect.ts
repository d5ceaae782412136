import type { Revocation, RevokedShop } from '../connection/revoke.ts';
import type { Failure } from '../ground/errors.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import type { Removed } from '../store/store.ts';
import { failureJson, mark, type Style } from './format.ts';

export type Disconnected = Revocation & { readonly profile: string };

export interface DisconnectResult {
  readonly disconnected: readonly Disconnected[];
  readonly removed: Removed;
  /** Where the profiles were: `this computer`, or a database. */
  readonly from: string;
  readonly path: string;
}

/** The top-level `error` is the first failure. `keyRemoved` is where the store's key was before it was removed. */
export function disconnectJson({ disconnected, removed }: DisconnectResult) {
  return {
    ...failureJson(disconnected.map(failureOf).find((failure) => failure !== undefined)),
    profiles: disconnected.map(({ profile, revocation, shops, failure }) => ({
      profile,
      forgotten: revocation !== 'failed',
      revocation,
      shops: shops.map(({ id, name, failure: why }) => ({ id, name, revoked: why === undefined, ...failureJson(why) })),
      ...failureJson(failure),
    })),
    storeRemoved: removed.storeFile,
    keyRemoved: removed.key,
  };
}

const failureOf = ({ failure, shops }: Pick<Disconnected, 'failure' | 'shops'>): Failure | undefined =>
  failure ?? shops.find((shop) => shop.failure !== undefined)?.failure;

export function disconnectText({ disconnected, removed, from, path }: DisconnectResult, style: Style): string {
  if (disconnected.length === 0) {
    return removed.storeFile
      ? `No shop was connected. The empty store ${path} was removed.`
      : 'No shop is connected, so there is nothing to remove.';
  }
  return [...disconnected.flatMap((one) => profileLines(one, from, style)), ...removedLines(removed, path)].join('\n');
}

function removedLines({ storeFile, key, keyLeft }: Removed, path: string): string[] {
  if (!storeFile) return [];
  const keyPlace = key === 'keychain' ? 'the system’s keychain' : 'its key file';
  return [
    `That was the last profile: ${path}${key === null ? ' was' : ` and its key in ${keyPlace} were`} removed.`,
    ...(keyLeft === undefined ? [] : [`No store uses its key anymore, but it’s still there: ${keyLeft}`]),
  ];
}

function profileLines(disconnected: Disconnected, from: string, style: Style): string[] {
  const { profile, revocation, shops, failure } = disconnected;
  const shopLines = shops.map((shop) => sanitizeForTerminal(`  ${shop.name} (id ${shop.id}): ${outcomeInWords(shop)}`));
  if (revocation !== 'failed')
    return [`${mark('pass', style)} “${profile}” was removed from ${from}. ${atTikTokShop[revocation]}`, ...shopLines];
  const why = failureOf(disconnected);
  return [
    `${mark('fail', style)} “${profile}” is kept, because TikTok Shop didn’t end the authorization.`,
    ...(failure === undefined ? shopLines : [`  ${failure.message}`]),
    ...(why?.requestId === undefined ? [] : [`  Request id: ${why.requestId}`]),
    ...(why === undefined ? [] : [`  → ${withProfileFlag(why.fix, profile)}`]),
    withProfileFlag('  → To remove it without ending the authorization: `ottokit-tiktok disconnect`.', profile),
  ];
}

function outcomeInWords({ overAlready, failure }: RevokedShop): string {
  if (failure !== undefined) return `still authorized. ${failure.message}`;
  return overAlready === true ? 'no longer authorized' : 'deauthorized';
}

const atTikTokShop: Record<Exclude<Revocation['revocation'], 'failed'>, string> = {
  revoked: 'TikTok Shop revoked the authorization of every shop.',
  'over already': 'TikTok Shop no longer accepted the authorization, so there was nothing to revoke.',
  'no shops': 'There was no shop to revoke.',
  'not asked for': 'TikTok Shop still has the app’s authorization.',
};
