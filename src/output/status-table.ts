import { endsSoon } from '../connection/ends-soon.ts';
import { defaultRegion } from '../ground/regions.ts';
import { neededScopes } from '../scopes/catalog.ts';
import { countGranted } from '../scopes/compare.ts';
import type { Profile } from '../store/model/profile.ts';
import { shopInWords } from './connection.ts';
import type { Style } from './style.ts';
import { endInWords } from './words.ts';

/** Many profiles, a row for each. `unfinished` says why one is not connected; `null` for those that are. */
export function statusTable(
  profiles: readonly Profile[],
  unfinished: (profile: Profile) => string | null,
  now: number,
  { paint, glyphs }: Style,
): string {
  const rows = profiles.map((profile) => ({
    name: profile.name,
    why: unfinished(profile),
    cells: cellsOf(profile, now),
  }));
  const nameWidth = widest(['Profile', ...rows.map(({ name }) => name)]);
  const expiryWidth = widest(['Access token', ...rows.map(({ cells }) => cells.expiry)]);
  const line = (
    mark: string,
    name: string,
    region: string,
    scopes: string,
    expiry: string,
    ottokit: string,
    shops: string,
  ): string =>
    `${mark} ${name.padEnd(nameWidth)}  ${region.padEnd(6)}  ${scopes.padEnd(6)}  ${expiry.padEnd(expiryWidth)}  ${ottokit.padEnd(7)}  ${shops}`;
  const markWidth = Math.max(glyphs.pass.length, glyphs.warn.length);
  const done = paint.green(glyphs.pass.padEnd(markWidth));
  const undone = paint.yellow(glyphs.warn.padEnd(markWidth));
  return [
    paint.bold(line(' '.repeat(markWidth), 'Profile', 'Region', 'Scopes', 'Access token', 'OttoKit', 'Shops')),
    ...rows.map(({ name, why, cells: { region, scopes, expiry, ottokit, shops } }) =>
      why === null
        ? line(ottokit === 'yes' ? done : undone, name, region, scopes, expiry, ottokit, shops)
        : `${undone} ${name.padEnd(nameWidth)}  ${why}`,
    ),
  ].join('\n');
}

function cellsOf(profile: Profile, now: number): Record<'region' | 'scopes' | 'expiry' | 'ottokit' | 'shops', string> {
  const { app, tokens, shops, ottokit } = profile;
  return {
    region: (app.region ?? defaultRegion).toUpperCase(),
    scopes: `${String(countGranted(tokens?.grantedScopes ?? []))} of ${String(neededScopes.length)}`,
    expiry: expiryOf(profile, now),
    ottokit: ottokit === undefined ? 'unknown' : ottokit.connected ? 'yes' : 'no',
    shops: shops.length === 0 ? 'none listed' : shops.map(shopInWords).join(', '),
  };
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
