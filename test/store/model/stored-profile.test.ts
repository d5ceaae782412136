import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import { plainJson, profileFrom, storable } from '../../../src/store/model/stored-profile.ts';
import { connected } from '../child-setting.ts';
import { toPlain } from '../setting.ts';

type Plain = Record<string, unknown>;

const plain = (): Plain => JSON.parse(plainJson(connected('a'))) as Plain;

describe('a profile', () => {
  test('is read back as it was stored, with its secrets wrapped again', () => {
    const read = profileFrom(plain());
    expect(toPlain(read ?? undefined)).toEqual(toPlain(connected('a')));
    expect(read?.pendingReplacement?.app.appSecret).toBeInstanceOf(Secret);
  });

  test('with only the required fields can be read', () => {
    const least = { name: 'a', app: {}, journal: { done: {} }, shops: [], createdAt: 1, updatedAt: 1 };
    expect(profileFrom({ ...least })).toEqual(least);
  });

  test('with an unknown token expiry can be read', () => {
    const profile = plain();
    const tokens = { ...(profile['tokens'] as Plain), accessTokenExpiresAt: null };
    expect(profileFrom({ ...profile, tokens })?.tokens?.accessTokenExpiresAt).toBeNull();
  });

  test('with fields from a later version can be read, and they are kept', () => {
    const profile = { ...plain(), later: 1, journal: { done: { review: 5 }, reviewed: 'yes' } };
    const read = profileFrom(profile);
    expect(read).toMatchObject({ later: 1, journal: { done: { review: 5 }, reviewed: 'yes' } });
    expect(JSON.parse(plainJson(read))).toMatchObject({ later: 1, journal: { reviewed: 'yes' } });
  });

  test('that JSON can’t represent can’t be stored', () => {
    expect(storable('a', connected('a'))).toEqual(connected('a'));
    expect(() => storable('a', connected('a', { createdAt: NaN }))).toThrow('read back');
    expect(() => storable('a', connected('a', { journal: { done: { verify: Infinity } } }))).toThrow('read back');
  });
});

const without = (field: string) => (profile: Plain) => ({ ...profile, [field]: undefined });
const withIn = (field: string, values: Plain) => (profile: Plain) => ({
  ...profile,
  [field]: { ...(profile[field] as Plain), ...values },
});

test.each<[string, (profile: Plain) => unknown]>([
  ['null', () => null],
  ['text', () => 'a profile'],
  ['a list', () => []],
  ['a missing name', without('name')],
  ['an invalid name', (profile) => ({ ...profile, name: '__proto__' })],
  ['a missing app', without('app')],
  ['an app that is text', (profile) => ({ ...profile, app: 'x' })],
  ['an unknown region', withIn('app', { region: 'eu' })],
  ...['country', 'redirectUrl', 'appKey', 'appSecret', 'serviceId', 'authorizationHost']
    .map((field) => [`an app whose ${field} is a number`, withIn('app', { [field]: 7 })] as const)
    .map(([title, change]): [string, (profile: Plain) => unknown] => [title, change]),
  ['a missing journal', without('journal')],
  ['a journal without its steps', withIn('journal', { done: undefined })],
  ['a step without a time', withIn('journal', { done: { verify: 'yes' } })],
  ['a flag that is text', withIn('journal', { waitingForApproval: 'no' })],
  ['pending scopes that are text', withIn('journal', { pendingScopes: '430276' })],
  ['a missing access token', withIn('tokens', { accessToken: undefined })],
  ['a refresh token that is a number', withIn('tokens', { refreshToken: 1 })],
  ['tokens without an expiry', withIn('tokens', { accessTokenExpiresAt: undefined })],
  ['an expiry that is text', withIn('tokens', { refreshTokenExpiresAt: '2027' })],
  ['granted scopes that contain a number', withIn('tokens', { grantedScopes: [1] })],
  ['a user type that is text', withIn('tokens', { userType: '0' })],
  ['missing shops', without('shops')],
  ['a shop that is null', (profile) => ({ ...profile, shops: [null] })],
  [
    'a shop without its cipher',
    (profile) => ({ ...profile, shops: [{ id: '1', name: 'x', region: 'GB', sellerType: '' }] }),
  ],
  ['an answer about OttoKit without its time', (profile) => ({ ...profile, ottokit: { connected: true } })],
  ['a replacement without a journal', (profile) => ({ ...profile, pendingReplacement: { app: {} } })],
  ['a creation time that is text', (profile) => ({ ...profile, createdAt: '1' })],
  ['a missing time of the last change', without('updatedAt')],
])('a stored profile is refused because of %s', (_, change) => {
  expect(profileFrom(change(plain()))).toBeNull();
});
