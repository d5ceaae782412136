import { expect, test } from 'vitest';
import { Secret } from '../../src/ground/secret.ts';
import { statusText } from '../../src/output/status.ts';
import { connectionJson } from '../../src/output/connection.ts';
import type { Style } from '../../src/output/format.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { glyphsFor, makePaint } from '../../src/terminal/style.ts';
import { displayWidth } from '../../src/terminal/width.ts';
import { neededScopes } from '../../src/scopes/catalog.ts';
import { connected } from '../store/child-setting.ts';

/** A connected profile has the first of the needed scopes. */
const [, ...missing] = neededScopes.map(({ id }) => id);
const scopes = `1 of ${String(neededScopes.length)}`;

const env = { LANG: 'C.UTF-8' };
const style: Style = {
  paint: makePaint({ env, stream: { isTTY: false } }),
  glyphs: glyphsFor({ env, platform: 'linux' }),
};
const now = 1_800_000_000_000 - 5 * 86_400_000;
const begun: Profile = {
  name: 'begun',
  app: {},
  journal: { done: {} },
  shops: [],
  createdAt: 1,
  updatedAt: 1,
};

/** The lines that `status` prints for these profiles. */
function shown(profiles: readonly Profile[], shownIn = style): readonly string[] {
  const result = { profiles, keySource: 'key-file', path: '/config/connections', now } as const;
  return statusText(result, shownIn).split('\n');
}

const numbered = (count: number): readonly Profile[] =>
  Array.from({ length: count }, (_, index) => connected(`shop-${String(index + 1)}`));

test('a few profiles are shown in full', () => {
  expect(shown([connected('default'), begun])).toEqual([
    '✔ default: connected',
    '  TikTok Shop    authorized on 1970-01-01',
    '  OttoKit        connected, confirmed on 1970-01-01',
    '  Region         all countries but the US (ROW)',
    '  Shops          Teapot (GB, id 7000)',
    `  Scopes         ${scopes} granted`,
    `                 missing: ${missing.join(', ')}`,
    '  Access token   ends in 5 days (2027-01-15T08:00:00.000Z); `ottokit-tiktok token` refreshes it when needed',
    '  Authorization  no known expiry',
    '  A new setup was started and isn’t finished: `ottokit-tiktok connect` continues or discards it.',
    '',
    '▲ begun: partly set up; continue with `ottokit-tiktok connect --profile begun`.',
    '',
    'Stored in /config/connections; its key is in a key file (protects copies of the store, but any program that you run can read the key).',
  ]);
});

const expired: Profile = {
  ...connected('expired'),
  tokens: {
    accessToken: new Secret('a'),
    refreshToken: new Secret('b'),
    accessTokenExpiresAt: now - 3_600_000,
    refreshTokenExpiresAt: null,
    grantedScopes: ['seller.order.info'],
    obtainedAt: 1,
  },
};

test('a profile shows what the user said about OttoKit: yes, no, or nothing yet', () => {
  const { ottokit: _, ...unsaid } = connected('shop');
  const said = (answer: boolean): Profile => ({ ...unsaid, ottokit: { connected: answer, confirmedAt: 1 } });
  const texts = [said(true), said(false), unsaid].map((profile) => shown([profile]).join('\n'));
  expect(texts[0]).toMatch(/^✔ shop: connected\n[^]*OttoKit +connected, confirmed on 1970-01-01/);
  expect(texts[1]).toMatch(
    /^▲ shop: authorized at TikTok Shop[^]*OttoKit +not connected, as you reported on 1970-01-01/,
  );
  expect(texts[2]).toMatch(/^▲ shop: authorized at TikTok Shop[^]*OttoKit +not confirmed yet/);
  const facts = [said(true), said(false), unsaid].map((profile) => connectionJson(profile, null).ottokit);
  expect(facts).toEqual([
    { connected: true, confirmedAt: '1970-01-01T00:00:00.001Z' },
    { connected: false, confirmedAt: '1970-01-01T00:00:00.001Z' },
    { connected: null, confirmedAt: null },
  ]);
});

test('more than eight profiles are shown as a table', () => {
  expect(shown(numbered(8))[0]).toBe('✔ shop-1: connected');

  const waiting = { ...begun, name: 'waiting', journal: { done: {}, waitingForApproval: true } };
  const us = { ...connected('us'), app: { region: 'us' as const }, shops: [] };
  const rows = shown([...numbered(8), waiting, expired, us]);

  expect(rows[0]).toBe('  Profile  Region  Scopes  Access token        OttoKit  Shops');
  expect(rows[1]).toBe(`✔ shop-1   ROW     ${scopes}  ends in 5 days      yes      Teapot (GB, id 7000)`);
  expect(rows[9]).toBe('▲ waiting  waiting for approval; continue with `ottokit-tiktok connect --profile waiting`.');
  expect(rows[10]).toBe(`✔ expired  ROW     ${scopes}  expired 1 hour ago  yes      Teapot (GB, id 7000)`);
  expect(rows[11]).toBe(`✔ us       US      ${scopes}  ends in 5 days      yes      none listed`);
  expect(rows.slice(12)).toEqual(['', expect.stringContaining('its key is in a key file')]);
});

test('the table shows an authorization that has ended instead of the access token', () => {
  const over = { ...expired, tokens: { ...expired.tokens, refreshTokenExpiresAt: now - 86_400_000 } } as Profile;
  expect(shown([...numbered(8), over])[9]).toContain('authorization expired 1 day ago  yes      Teapot');
});

test('a command shown for a profile names that profile', () => {
  expect(shown([connected('other')]).join()).toContain('`ottokit-tiktok token --profile other` refreshes it');
});

test('columns are aligned even if marks are words, and a shop’s name can’t break a row', () => {
  const words = { ...style, glyphs: glyphsFor({ env: { ...env, ACCESSIBLE: '1' }, platform: 'linux' }) };
  const evil = {
    ...connected('evil'),
    shops: [{ ...connected('x').shops[0], name: 'a\nb\u001b[31m\u202e' }],
  } as Profile;
  const lines = shown([...numbered(8), evil, begun], words);
  const text = lines.join('\n');

  const [head = '', first = ''] = lines;
  expect(head.indexOf('Region')).toBe(first.indexOf('ROW'));
  expect(head.indexOf('Shops')).toBe(first.indexOf('Teapot'));
  expect(text).toMatch(/^warning: begun {4}partly set up/m);
  expect(head.indexOf('Profile')).toBe('warning: '.length);
  expect(text).toContain('a b\uFFFD (GB, id 7000)');
  expect(displayWidth(first)).toBe(first.length);
});

test('the table shows what the user said about OttoKit: yes, no, or nothing yet', () => {
  const { ottokit: _, ...unsaid } = connected('unsaid');
  const no = { ...connected('no'), ottokit: { connected: false, confirmedAt: 1 } };
  const rows = shown([...numbered(8), no, unsaid]);
  expect(rows[9]).toMatch(/^▲ no .* no {7}Teapot/);
  expect(rows[10]).toMatch(/^▲ unsaid .* unknown {2}Teapot/);
});
