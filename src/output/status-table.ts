import { endsSoon } from '../connection/authorization.ts';
import { defaultRegion } from '../ground/regions.ts';
import { neededScopes } from '../scopes/catalog.ts';
import { countGranted } from '../scopes/compare.ts';
import type { Profile } from '../store/model/profile.ts';
import { shopInWords } from './connection.ts';
import { endInWords, mark, markWidth, type Style } from './format.ts';

const heads = ['Profile', 'Region', 'Scopes', 'Access token', 'OttoKit', 'Shops'] as const;

/**
 * Returns a table with one row per profile. `whyNotConnected` returns `null` for a connected one. Loops are faster here
 * than array methods, because the table is finished before V8 has compiled either, even with 500 profiles.
 */
export function statusTable(
  profiles: readonly Profile[],
  whyNotConnected: (profile: Profile) => string | null,
  now: number,
  style: Style,
): string {
  const width = markWidth(style);
  const done = mark('pass', style, width);
  const open = mark('warn', style, width);
  const widths = heads.map(({ length }) => length);
  const rows: { readonly mark: string; readonly cells: readonly string[] }[] = [];
  for (const profile of profiles) {
    const why = whyNotConnected(profile);
    const cells = why === null ? cellsOf(profile, now) : [profile.name, why];
    rows.push({ mark: why === null && profile.ottokit?.connected === true ? done : open, cells });
    // A reason fills the rest of its row, so it doesn't widen a column.
    const fitted = why === null ? cells.length : 1;
    for (let column = 0; column < fitted; column += 1)
      widths[column] = Math.max(widths[column] ?? 0, cells[column]?.length ?? 0);
  }
  const lines = rows.map((row) => `${row.mark} ${lineOf(row.cells, widths)}`);
  return [style.paint.bold(`${' '.repeat(width)} ${lineOf(heads, widths)}`), ...lines].join('\n');
}

/** Joins the cells, padded to their widths except for the last one. */
function lineOf(cells: readonly string[], widths: readonly number[]): string {
  const last = cells.length - 1;
  let line = '';
  for (let column = 0; column < last; column += 1) line += `${cells[column]?.padEnd(widths[column] ?? 0) ?? ''}  `;
  return line + (cells[last] ?? '');
}

function cellsOf(profile: Profile, now: number): readonly string[] {
  const { name, app, tokens, shops, ottokit } = profile;
  return [
    name,
    (app.region ?? defaultRegion).toUpperCase(),
    `${String(countGranted(tokens?.grantedScopes ?? []))} of ${String(neededScopes.length)}`,
    expiryOf(profile, now),
    ottokit === undefined ? 'unknown' : ottokit.connected ? 'yes' : 'no',
    shops.length === 0 ? 'none listed' : shops.map(shopInWords).join(', '),
  ];
}

/** Says when the access token ends, or the authorization if that ends soon, because refreshing stops working then. */
function expiryOf({ tokens }: Profile, now: number): string {
  if (tokens === undefined) return '';
  const { accessTokenExpiresAt, refreshTokenExpiresAt } = tokens;
  if (refreshTokenExpiresAt !== null && endsSoon(refreshTokenExpiresAt, now))
    return `authorization ${endInWords(refreshTokenExpiresAt, now)}`;
  return accessTokenExpiresAt === null ? 'expiry unknown' : endInWords(accessTokenExpiresAt, now);
}
