import { withProfileFlag } from '../ground/profile-flag.ts';
import { stateOf, type Profile } from '../store/model/profile.ts';
import type { KeySource } from '../store/store.ts';
import { connectionJson, connectionLines } from './connection.ts';
import { statusTable } from './status-table.ts';
import { keySourceInWords, mark, type Style } from './format.ts';

interface StatusResult {
  readonly profiles: readonly Profile[];
  readonly keySource: KeySource | null;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const statusJson = ({ profiles, keySource, path, now }: StatusResult) => ({
  store: path,
  keySource,
  profiles: profiles.map((profile) => ({
    ...connectionJson(profile, keySource),
    state: stateOf(profile),
    accessTokenExpired: (profile.tokens?.accessTokenExpiresAt ?? Infinity) <= now,
  })),
});

/** More profiles than this, with several lines each, would not fit on a screen. */
const fewProfiles = 8;

export function statusText({ profiles, keySource, path, now }: StatusResult, style: Style): string {
  if (profiles.length === 0) return 'No shop is connected yet.\nRun `ottokit-tiktok connect`.';
  const shown =
    profiles.length > fewProfiles
      ? [statusTable(profiles, whyNotConnected, now, style)]
      : profiles.map((profile) => profileText(profile, now, style));
  return [...shown, `Stored in ${path}; ${keySourceInWords(keySource)}.`].join('\n\n');
}

/** Says why a profile isn't connected, and how to continue; `null` if it is connected. */
function whyNotConnected(profile: Profile): string | null {
  const state = stateOf(profile);
  if (state === 'connected') return null;
  const words = state === 'connecting' ? 'partly set up' : state;
  return withProfileFlag(`${words}; continue with \`ottokit-tiktok connect\`.`, profile.name);
}

const replacing = '  A new setup was started and isn’t finished: `ottokit-tiktok connect` continues or discards it.';

function profileText(profile: Profile, now: number, style: Style): string {
  const { name } = profile;
  const { paint } = style;
  const why = whyNotConnected(profile);
  if (why !== null) return `${mark('warn', style)} ${paint.bold(name)}: ${why}`;
  const isFinished = profile.ottokit?.connected === true;
  const facts = [...connectionLines(profile, now), ...(profile.pendingReplacement === undefined ? [] : [replacing])];
  return [
    `${mark(isFinished ? 'pass' : 'warn', style)} ${paint.bold(name)}: ${isFinished ? 'connected' : 'authorized at TikTok Shop; OttoKit is next'}`,
    ...facts.map((line) => withProfileFlag(line, name)),
  ].join('\n');
}
