import type { Revocation, RevokedShop } from '../connection/revoke.ts';
import type { Failure } from '../ground/errors.ts';
import type { Removed } from '../store/store.ts';
import { sanitizeForTerminal } from '../ground/sanitize.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { failureJson, type FailureJson } from './failure.ts';
import type { Style } from './style.ts';

export type Disconnected = Revocation & { readonly profile: string; readonly forgotten: boolean };

export interface DisconnectResult {
  readonly disconnected: readonly Disconnected[];
  /** What went with the last profile. */
  readonly removed: Removed;
  readonly path: string;
}

export interface DisconnectJson {
  readonly profiles: readonly {
    profile: string;
    forgotten: boolean;
    revocation: Revocation['revocation'];
    shops: readonly { id: string; name: string; revoked: boolean; error?: FailureJson['error'] }[];
    error?: FailureJson['error'];
  }[];
  /** The first failure, where there is one. */
  readonly error?: FailureJson['error'];
  /** Whether that was the last profile, and the store is gone. */
  readonly storeRemoved: boolean;
  /** Where the key was that is gone with it. */
  readonly keyRemoved: Removed['key'];
}

export function disconnectJson({ disconnected, removed }: DisconnectResult): DisconnectJson {
  const first = disconnected.map(failureOf).find((failure) => failure !== undefined);
  return {
    ...(first === undefined ? {} : failureJson(first)),
    profiles: disconnected.map(({ profile, forgotten, revocation, shops, failure }) => ({
      profile,
      forgotten,
      revocation,
      shops: shops.map(({ id, name, failure: refused }) => ({
        id,
        name,
        revoked: refused === undefined,
        ...(refused === undefined ? {} : failureJson(refused)),
      })),
      ...(failure === undefined ? {} : failureJson(failure)),
    })),
    storeRemoved: removed.storeFile,
    keyRemoved: removed.key,
  };
}

/** Why a profile could not be revoked. */
const failureOf = ({
  failure,
  shops,
}: {
  failure?: Failure | undefined;
  shops: Revocation['shops'];
}): Failure | undefined => failure ?? shops.find((shop) => shop.failure !== undefined)?.failure;

export function disconnectText({ disconnected, removed, path }: DisconnectResult, style: Style): string {
  if (disconnected.length === 0) {
    return removed.storeFile
      ? `No shop was connected any more. The empty store ${path} is removed.`
      : 'No shop is connected, so there is nothing to remove.';
  }
  const lines = disconnected.flatMap((one) => profileLines(one, style));
  return [...lines, ...removedLines(removed, path)].join('\n');
}

function removedLines({ storeFile, key, keyLeft }: Removed, path: string): string[] {
  if (!storeFile) return [];
  const withKey =
    key === null ? '' : ` and its key in ${key === 'keychain' ? "the system's keychain" : 'its key file'}`;
  return [
    `That was the last profile: ${path}${withKey} ${key === null ? 'is' : 'are'} removed.`,
    ...(keyLeft === undefined ? [] : [`Its key opens nothing any more, but is still there: ${keyLeft}`]),
  ];
}

function profileLines(
  { profile, forgotten, revocation, shops, failure }: Disconnected,
  { paint, glyphs }: Style,
): string[] {
  const shopLines = shops.map((shop) => sanitizeForTerminal(`  ${shop.name} (id ${shop.id}): ${outcomeInWords(shop)}`));
  if (forgotten) {
    return [
      `${paint.green(glyphs.pass)} “${profile}” is removed from this computer. ${atTikTokShop[revocation]}`,
      ...shopLines,
    ];
  }
  const why = failureOf({ failure, shops });
  return [
    `${paint.red(glyphs.fail)} “${profile}” is kept, because TikTok Shop didn’t end the authorization.`,
    ...(failure === undefined ? shopLines : [`  ${failure.message}`]),
    ...(why?.requestId === undefined ? [] : [`  Request id: ${why.requestId}`]),
    ...(why === undefined ? [] : [`  → ${withProfileFlag(why.fix, profile)}`]),
    withProfileFlag('  → To remove it from this computer only: `ottokit-tiktok disconnect`.', profile),
  ];
}

function outcomeInWords({ overAlready, failure }: RevokedShop): string {
  if (failure !== undefined) return `still authorized. ${failure.message}`;
  return overAlready === true ? 'no longer authorized' : 'deauthorized';
}

const atTikTokShop: Record<Revocation['revocation'], string> = {
  revoked: 'TikTok Shop ended the authorization of every shop.',
  'over already': 'TikTok Shop didn’t accept the authorization any more, so there was nothing to end.',
  'no shops': 'TikTok Shop lists no shop to deauthorize.',
  failed: '',
  'not asked for': 'TikTok Shop still has the app’s authorization.',
};
