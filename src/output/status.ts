import { isConnected, type Profile } from '../store/profile.ts';
import type { KeySource } from '../store/store.ts';
import { connectionJson, connectionLines, type ConnectionJson } from './connection.ts';
import { forProfile } from './failure.ts';
import { statusTable } from './status-table.ts';
import type { Style } from './style.ts';
import { keySourceInWords } from './words.ts';

export interface StatusResult {
  readonly profiles: readonly Profile[];
  readonly keySource: KeySource | null;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `connecting`: begun and not finished. */
export type ProfileState = 'connected' | 'connecting' | 'waiting for approval';

export interface StatusJson {
  readonly store: string;
  readonly keySource: KeySource | null;
  readonly profiles: readonly (ConnectionJson & { state: ProfileState; accessTokenExpired: boolean })[];
}

export function statusJson({ profiles, keySource, path, now }: StatusResult): StatusJson {
  return {
    store: path,
    keySource,
    profiles: profiles.map((profile) => ({
      ...connectionJson(profile, keySource),
      state: stateOf(profile),
      accessTokenExpired: profile.tokens !== undefined && profile.tokens.accessTokenExpiresAt <= now,
    })),
  };
}

function stateOf(profile: Profile): ProfileState {
  if (isConnected(profile)) return 'connected';
  return profile.journal.waitingForApproval === true ? 'waiting for approval' : 'connecting';
}

/** More profiles than this would fill more than a screen with a few lines for each. */
const few = 8;

export function statusText(result: StatusResult, style: Style): string {
  const { profiles, keySource, path, now } = result;
  if (profiles.length === 0) return 'No shop is connected yet.\nRun `ottokit-tiktok connect`.';
  const told =
    profiles.length > few
      ? [statusTable(profiles, unfinished, now, style)]
      : profiles.map((profile) => profileText(profile, now, style));
  return [...told, `Kept in ${path}; the key is in ${keySourceInWords(keySource)}.`].join('\n\n');
}

/** Why a profile is not connected, and how to go on; `null` when it is. */
function unfinished(profile: Profile): string | null {
  const state = stateOf(profile);
  if (state === 'connected') return null;
  const words = state === 'connecting' ? 'set up in part' : state;
  return forProfile(`${words}; go on with \`ottokit-tiktok connect\`.`, profile.name);
}

function profileText(profile: Profile, now: number, { paint, glyphs }: Style): string {
  const why = unfinished(profile);
  return why === null
    ? [
        `${paint.green(glyphs.pass)} ${paint.bold(profile.name)}: connected`,
        ...connectionLines(profile, now).map((line) => forProfile(line, profile.name)),
      ].join('\n')
    : `${paint.yellow(glyphs.warn)} ${paint.bold(profile.name)}: ${why}`;
}
