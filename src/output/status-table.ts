import { endsSoon } from '../connection/ends-soon.ts';
import { defaultRegion } from '../ground/regions.ts';
import { neededScopes } from '../scopes/catalog.ts';
import { countGranted } from '../scopes/compare.ts';
import type { Profile } from '../store/model/profile.ts';
import { shopInWords } from './connection.ts';
import { mark, markWidth, type Style } from './style.ts';
import { endInWords } from './words.ts';

const heads = ['Profile', 'Region', 'Scopes', 'Access token', 'OttoKit', 'Shops'] as const;

/** Many profiles, a row for each. `unfinished` says why one is not connected; `null` for those that are. */
export function statusTable(
  profiles: readonly Profile[],
  unfinished: (profile: Profile) => string | null,
  now: number,
  style: Style,
): string {
  const rows = profiles.map((profile) => {
    const why = unfinished(profile);
    const isDone = why === null && profile.ottokit?.connected === true;
    return { isDone, cells: [profile.name, ...(why === null ? cellsOf(profile, now) : [why])] };
  });
  // A reason takes the place of all other cells.
  const whole = rows.map(({ cells }) => (cells.length === heads.length ? cells : cells.slice(0, 1)));
  const widths = heads.map((head, column) => widest([head, ...whole.map((cells) => cells[column] ?? '')]));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ');
  const width = markWidth(style);
  return [
    style.paint.bold(`${' '.repeat(width)} ${line(heads)}`),
    ...rows.map(({ isDone, cells }) => `${mark(isDone ? 'pass' : 'warn', style, width)} ${line(cells)}`),
  ].join('\n');
}

/** What follows the name. */
function cellsOf(profile: Profile, now: number): readonly string[] {
  const { app, tokens, shops, ottokit } = profile;
  return [
    (app.region ?? defaultRegion).toUpperCase(),
    `${String(countGranted(tokens?.grantedScopes ?? []))} of ${String(neededScopes.length)}`,
    expiryOf(profile, now),
    ottokit === undefined ? 'unknown' : ottokit.connected ? 'yes' : 'no',
    shops.length === 0 ? 'none listed' : shops.map(shopInWords).join(', '),
  ];
}

/** The access token's, or the authorization's if that ends within 30 days: then no token can be refreshed any more. */
function expiryOf({ tokens }: Profile, now: number): string {
  if (tokens === undefined) return '';
  const { accessTokenExpiresAt, refreshTokenExpiresAt } = tokens;
  if (refreshTokenExpiresAt !== null && endsSoon(refreshTokenExpiresAt, now))
    return `authorization ${endInWords(refreshTokenExpiresAt, now)}`;
  return accessTokenExpiresAt === null ? 'expiry unknown' : endInWords(accessTokenExpiresAt, now);
}

const widest = (texts: readonly string[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0);
