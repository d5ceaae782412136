import { endsSoon } from '../connection/authorization.ts';
import { withProfileFlag } from '../ground/profile-flag.ts';
import { defaultRegion } from '../ground/regions.ts';
import { neededScopes } from '../scopes/catalog.ts';
import { isConnected, stateOf, type Profile } from '../store/model/profile.ts';
import type { KeySource } from '../store/store.ts';
import { connectionJson, connectionLines, shopInWords } from './connection.ts';
import { endInWords, keySourceInWords, mark, markWidth, type Style } from './format.ts';

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

/** With several lines each, more profiles wouldn't fit on a screen. */
const fewProfiles = 8;

export function statusText({ profiles, keySource, path, now }: StatusResult, style: Style): string {
  if (profiles.length === 0) return 'No shop is connected yet.\nRun `ottokit-tiktok connect`.';
  const shown =
    profiles.length > fewProfiles
      ? [statusTable(profiles, now, style)]
      : profiles.map((profile) => profileText(profile, now, style));
  return [...shown, `Stored in ${path}; ${keySourceInWords(keySource)}.`].join('\n\n');
}

function profileText(profile: Profile, now: number, style: Style): string {
  const { name, pendingReplacement } = profile;
  const title = style.paint.bold(name);
  const why = whyNotConnected(profile);
  if (why !== null) return `${mark('warn', style)} ${title}: ${why}`;
  const lines = [
    isFinished(profile)
      ? `${mark('pass', style)} ${title}: connected`
      : `${mark('warn', style)} ${title}: authorized at TikTok Shop; OttoKit is next`,
    ...connectionLines(profile, now),
    ...(pendingReplacement === undefined ? [] : [replacing]),
  ];
  return lines.map((line) => withProfileFlag(line, name)).join('\n');
}

const replacing = '  A new setup was started and isn’t finished: `ottokit-tiktok connect` continues or discards it.';

const isFinished = (profile: Profile): boolean => isConnected(profile) && profile.ottokit?.connected === true;

/** Says why a profile isn't connected, and how to continue; `null` if it is connected. */
function whyNotConnected(profile: Profile): string | null {
  const state = stateOf(profile);
  if (state === 'connected') return null;
  const words = state === 'connecting' ? 'partly set up' : state;
  return withProfileFlag(`${words}; continue with \`ottokit-tiktok connect\`.`, profile.name);
}

const heads = ['Profile', 'Region', 'Scopes', 'Access token', 'OttoKit', 'Shops'];

/** Loops are faster than array methods here, because even 500 profiles are done before V8 compiles the code. */
function statusTable(profiles: readonly Profile[], now: number, style: Style): string {
  const width = markWidth(style);
  const [done, open] = [mark('pass', style, width), mark('warn', style, width)];
  const rows = profiles.map((profile) => ({ start: isFinished(profile) ? done : open, cells: cellsOf(profile, now) }));
  // Don't pad the last cell of a row.
  const widths = heads.slice(0, -1).map(({ length }) => length);
  for (const { cells } of rows)
    for (let column = 0; column < cells.length - 1; column += 1)
      widths[column] = Math.max(widths[column] ?? 0, cells[column]?.length ?? 0);
  const inLine = (cells: readonly string[]): string => {
    const last = cells.length - 1;
    let line = '';
    for (let column = 0; column < last; column += 1) line += `${cells[column]?.padEnd(widths[column] ?? 0) ?? ''}  `;
    return line + (cells[last] ?? '');
  };
  const head = style.paint.bold(`${' '.repeat(width)} ${inLine(heads)}`);
  return [head, ...rows.map(({ start, cells }) => `${start} ${inLine(cells)}`)].join('\n');
}

/** If the profile isn't connected, returns only its name and the reason. */
function cellsOf(profile: Profile, now: number): readonly string[] {
  const { name, app, tokens, shops, ottokit } = profile;
  const why = whyNotConnected(profile);
  if (why !== null) return [name, why];
  return [
    name,
    (app.region ?? defaultRegion).toUpperCase(),
    `${String(countGranted(tokens?.grantedScopes))} of ${String(neededScopes.length)}`,
    expiryOf(profile, now),
    ottokit === undefined ? 'unknown' : ottokit.connected ? 'yes' : 'no',
    shops.length === 0 ? 'none listed' : shops.map(shopInWords).join(', '),
  ];
}

/** Only counts, because working out every scope's state would double the time that the table takes. */
const countGranted = (keys: readonly string[] = []): number =>
  neededScopes.filter(({ key }) => keys.includes(key)).length;

/** Says when the access token ends. If the authorization ends soon, says that instead: refreshing then stops working. */
function expiryOf({ tokens }: Profile, now: number): string {
  if (tokens === undefined) return '';
  const { accessTokenExpiresAt, refreshTokenExpiresAt } = tokens;
  if (refreshTokenExpiresAt !== null && endsSoon(refreshTokenExpiresAt, now))
    return `authorization ${endInWords(refreshTokenExpiresAt, now)}`;
  return endInWords(accessTokenExpiresAt, now);
}
