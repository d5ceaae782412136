import { mustSetBack, ottokitDashboard, ottokitRedirectUrl } from '../connection/redirect-url.ts';
import { compareScopes, scopeIds } from '../scopes/compare.ts';
import type { Profile } from '../store/model/profile.ts';
import type { KeySource } from '../store/store.ts';
import { connectionJson, connectionLines, labeled } from './connection.ts';
import { keySourceInWords, mark, type Style } from './format.ts';

/** The result of `connect`. */
export interface ConnectResult {
  readonly profile: Profile;
  readonly keySource: KeySource | null;
  /** `connected`: TikTok Shop is authorized. Otherwise, why the setup isn't finished. */
  readonly outcome: 'connected' | 'waiting for approval' | 'saved';
  readonly already: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const connectJson = ({ profile, keySource, outcome }: ConnectResult) => ({
  ...connectionJson(profile, keySource),
  ...(outcome === 'waiting for approval' ? { waitingFor: 'approval' } : {}),
});

/** Begins with a mark that is green only if TikTok Shop and OttoKit are both connected, and ends with the next step. */
export function connectText({ profile, outcome, already, keySource, now }: ConnectResult, style: Style): string {
  if (outcome === 'saved') return 'Saved. Continue with `ottokit-tiktok connect`.';
  if (outcome === 'waiting for approval')
    return 'Saved. Approval of a Partner Center account can take three days.\nOnce it’s approved, continue with `ottokit-tiktok connect`.';
  return [
    titleLine(profile, already, style),
    ...connectionLines(profile, now),
    labeled('Store', keySourceInWords(keySource)),
    nextLine(profile),
  ].join('\n');
}

function titleLine({ name, ottokit }: Profile, already: boolean, style: Style): string {
  const isFinished = ottokit?.connected === true;
  const before = already ? ' already' : '';
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
