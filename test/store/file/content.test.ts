import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import {
  decodeIndex,
  decodeProfile,
  encodeIndex,
  encodeProfile,
  toPlain as plainOf,
  indexEntry,
  type IndexEntry,
} from '../../../src/store/file/codec.ts';
import { parseHead, sealIndex, sealRecord } from '../../../src/store/file/envelope.ts';
import { fromHex, type DataKey } from '../../../src/store/keys/data-key.ts';
import type { KeyHeader } from '../../../src/store/file/envelope.ts';
import { readPrivateFile } from '../../../src/store/file/private-file.ts';
import { fitsStore } from '../../../src/store/model/stored-form.ts';
import { connected } from '../child-setting.ts';
import { failureOf, inClear, keyPath, storeIn, storePath, temporaryDirectory } from '../setting.ts';

type Plain = Record<string, unknown>;

const plain = (): Plain => plainOf(connected('a')) as Plain;

const entry = (name: string): IndexEntry =>
  indexEntry(connected(name), { bytes: Buffer.alloc(20), tag: 'AAAAAAAAAAAAAAAAAAAAAA==' });

test('what was encoded is decoded', () => {
  expect(inClear(decodeProfile(encodeProfile(connected('a')), 'a') ?? undefined)).toEqual(inClear(connected('a')));
  const entries = [
    entry('B'),
    entry('a'),
    { ...entry('b'), grantedScopes: ['another', 'one'] },
    { ...entry('c'), grantedScopes: null, accessTokenExpiresAt: null, region: null, shops: [] },
    { ...entry('d'), grantedScopes: [] },
  ];
  expect(decodeIndex(encodeIndex(entries))).toEqual(entries);
  expect(decodeIndex(encodeIndex([]))).toEqual([]);
});

test.each<[string, string]>([
  ['no JSON', '{'],
  ['another shape', '{}'],
  ['no rows', '{"scopes":[]}'],
  ['a row that is none', '{"scopes":[],"rows":[null]}'],
  ['a name that is none', encodeIndex([{ ...entry('a'), name: '__proto__' }])],
  ['the same name twice', encodeIndex([entry('a'), entry('a')])],
  ['names in another order', encodeIndex([entry('b'), entry('a')])],
  ['a record without a size', encodeIndex([{ ...entry('a'), size: NaN }])],
  ['a record of no bytes', encodeIndex([{ ...entry('a'), size: 0 }])],
  ['a record that is cut through a byte', encodeIndex([{ ...entry('a'), size: 20.5 }])],
])('%s is not taken for an index', (_, json) => {
  expect(decodeIndex(json)).toBeNull();
});

test.each<[string, string]>([
  ['no JSON', '{'],
  ['another shape', '[]'],
  ['a profile without an app', JSON.stringify({ ...plain(), app: undefined })],
  ['the profile of another name', encodeProfile(connected('b'))],
])('%s is not taken for a profile', (_, json) => {
  expect(decodeProfile(json, 'a')).toBeNull();
});

test('a profile that has everything fits, and one that has only what it must', () => {
  expect(fitsStore(plain())).toBe(true);
  expect(fitsStore({ name: 'a', app: {}, journal: { done: {} }, shops: [], createdAt: 1, updatedAt: 1 })).toBe(true);
});

test.each<[string, (profile: Plain) => Plain]>([
  ['a field that is not known', (profile) => ({ ...profile, extra: 1 })],
  ['an app with a field that is not known', (profile) => ({ ...profile, app: { extra: 1 } })],
  ['a name that is none', (profile) => ({ ...profile, name: '__proto__' })],
  ['a missing journal', ({ journal: _, ...profile }) => profile],
  ['a region that is not known', (profile) => ({ ...profile, app: { region: 'eu' } })],
  ['a time that is text', (profile) => ({ ...profile, createdAt: '1' })],
  [
    'a shop without its cipher',
    (profile) => ({ ...profile, shops: [{ id: '1', name: 'x', region: 'GB', sellerType: 'LOCAL' }] }),
  ],
  ['tokens without an expiry', (profile) => ({ ...profile, tokens: { accessToken: 'x', refreshToken: 'y' } })],
])('%s does not fit', (_, change) => {
  expect(fitsStore(change(plain()))).toBe(false);
});

test('a profile that does not fit is a mistake of ours: it is not written, and what was stored stays', async () => {
  const root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.change('a', () => connected('a'));
  const before = await readFile(storePath(root));
  const wrong = { ...connected('a'), createdAt: NaN };

  await expect(store.change('a', () => wrong)).rejects.toThrow('does not fit the store');

  expect(await readFile(storePath(root))).toEqual(before);
  expect((await store.profile('a'))?.createdAt).toBe(10);
});

test.each<[string, (header: KeyHeader, key: DataKey) => Buffer]>([
  ['an index', (header, key) => sealIndex('{"profiles":{}}', header, key)],
  [
    'a profile',
    (header, key) => {
      const record = sealRecord('{"name":"a"}', 'a', header, key);
      return Buffer.concat([sealIndex(encodeIndex([indexEntry(connected('a'), record)]), header, key), record.bytes]);
    },
  ],
])('%s of another form that was written with the right key is told, and left where it is', async (_, made) => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('a', () => connected('a'));
  const key = fromHex(new Secret((await readFile(await keyPath(root), 'utf8')).trim()));
  const parsed = parseHead(await readFile(storePath(root)));
  if (key === null || parsed.state !== 'sealed') return expect.unreachable();
  const written = made(parsed.head.key, key);
  await writeFile(storePath(root), written);

  const reading = async () => await (await storeIn(root)).profiles();
  expect((await failureOf(reading(), 'store-unreadable')).message).toContain('another form');

  expect(await readFile(storePath(root))).toEqual(written);
  expect(await readdir(dirname(storePath(root)))).toEqual(['connections']);
});

test('of a file no more than the limit is read', async () => {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, 'x'.repeat(70_000));

  expect(await readPrivateFile(path, { limit: 69_999, tighten: false })).toEqual({ state: 'too-large' });
  expect(await readPrivateFile(path, { limit: 70_000, tighten: false })).toMatchObject({ state: 'read' });
});
