import { stateOf, type Profile, type ProfileState } from '../store/model/profile.ts';
import type { KeySource } from '../store/store.ts';
import { connectionJson, connectionLines, type ConnectionJson } from './connection.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { statusTable } from './status-table.ts';
import type { Style } from './style.ts';
import { keySourceInWords } from './words.ts';

interface StatusResult {
  readonly profiles: readonly Profile[];
  readonly keySource: KeySource | null;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

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
      accessTokenExpired: (profile.tokens?.accessTokenExpiresAt ?? Infinity) <= now,
    })),
  };
}

/** Whether so many profiles would fill more than a screen with a few lines for each. */
export const areMany = (profiles: readonly unknown[]): boolean => profiles.length > 8;

/** A few profiles, each with everything known about it. */
export function statusText(result: StatusResult, style: Style): string {
  const { profiles, now } = result;
  if (profiles.length === 0) return 'No shop is connected yet.\nRun `ottokit-tiktok connect`.';
  return [...profiles.map((profile) => profileText(profile, now, style)), whereKept(result)].join('\n\n');
}

/** Many profiles, a row for each. */
export function statusTableText(result: StatusResult, style: Style): string {
  return [statusTable(result.profiles, unfinished, result.now, style), whereKept(result)].join('\n\n');
}

const whereKept = ({ path, keySource }: StatusResult): string => `Kept in ${path}; ${keySourceInWords(keySource)}.`;

/** Why a profile is not connected, and how to go on; `null` when it is. */
function unfinished(profile: Profile): string | null {
  const state = stateOf(profile);
  if (state === 'connected') return null;
  const words = state === 'connecting' ? 'set up in part' : state;
  return withProfileFlag(`${words}; continue with \`ottokit-tiktok connect\`.`, profile.name);
}

function profileText(profile: Profile, now: number, { paint, glyphs }: Style): string {
  const { name } = profile;
  const why = unfinished(profile);
  if (why !== null) return `${paint.yellow(glyphs.warn)} ${paint.bold(name)}: ${why}`;
  const isFinished = profile.ottokit?.connected === true;
  const mark = isFinished ? paint.green(glyphs.pass) : paint.yellow(glyphs.warn);
  return [
    `${mark} ${paint.bold(name)}: ${isFinished ? 'connected' : 'authorized at TikTok Shop; OttoKit is next'}`,
    ...connectionLines(profile, now).map((line) => withProfileFlag(line, name)),
    ...(profile.pendingReplacement === undefined
      ? []
      : [
          withProfileFlag(
            '  A new setup was started and isn’t finished: `ottokit-tiktok connect` continues or drops it.',
            name,
          ),
        ]),
  ].join('\n');
}
