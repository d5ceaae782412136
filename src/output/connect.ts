import { ottokitRedirectUrl } from '../connection/redirect-url.ts';
import type { Profile } from '../store/model/profile.ts';
import type { KeySource } from '../store/store.ts';
import { connectionJson, connectionLines, keyLine, type ConnectionJson, scopeIdsOf } from './connection.ts';
import type { Style } from './style.ts';

/** What `connect` came to. */
export interface ConnectResult {
  readonly profile: Profile;
  readonly keySource: KeySource | null;
  readonly waitingForApproval: boolean;
  readonly already: boolean;
  readonly demo: boolean;
}

export type ConnectJson = ConnectionJson & { waitingFor?: 'approval'; demo?: true };

export function connectJson({ profile, keySource, waitingForApproval, demo }: ConnectResult): ConnectJson {
  return {
    ...connectionJson(profile, keySource),
    ...(waitingForApproval ? { waitingFor: 'approval' as const } : {}),
    ...(demo ? { demo: true as const } : {}),
  };
}

export function connectText(result: ConnectResult, now: number, { paint, glyphs }: Style): string {
  const { profile, waitingForApproval, already, keySource } = result;
  if (waitingForApproval) {
    return [
      `Saved. The Partner Center account of the profile “${profile.name}” waits for approval; this can take three days.`,
      'When it is approved, go on with `ottokit-tiktok connect`.',
    ].join('\n');
  }
  const title = already ? 'Connected already' : 'Connected';
  return [
    `${paint.green(glyphs.pass)} ${paint.bold(`${title}: the profile “${profile.name}”`)}`,
    ...connectionLines(profile, now),
    keyLine(keySource),
    ...(already ? ['For another shop: `ottokit-tiktok connect --profile NAME`, with a name of your choice.'] : []),
    nextLine(profile),
  ].join('\n');
}

function nextLine(profile: Profile): string {
  const { missing } = scopeIdsOf(profile);
  if (missing.length > 0) {
    return `Next: enable ${missing.join(', ')} in Manage API, authorize again with \`ottokit-tiktok connect --reauthorize\`, then once more in OttoKit.`;
  }
  if (profile.journal.redirectToRestore === true) {
    return `Next: set the app's Redirect URL back to OttoKit's, ${ottokitRedirectUrl}, then connect in OttoKit.`;
  }
  if (profile.ottokit?.connected === true) {
    return 'Next: nothing, OttoKit is connected too; `ottokit-tiktok doctor` says when something is wrong.';
  }
  return 'Next: connect in OttoKit with the values above; `ottokit-tiktok doctor` says when something is wrong.';
}
