import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { decodeProfiles, encodeProfiles, inClear } from '../../src/store/codec.ts';
import { parseEnvelope, seal } from '../../src/store/envelope.ts';
import { fromHex } from '../../src/store/keys/data-key.ts';
import { readPrivateFile } from '../../src/store/private-file.ts';
import { fitsStore } from '../../src/store/stored-form.ts';
import { connected } from './child-setting.ts';
import { failureOf, keyPath, storeIn, storePath, temporaryDirectory } from './setting.ts';

type Plain = Record<string, unknown>;

const plain = (): Plain => inClear(connected('a')) as Plain;

test('what was encoded is decoded', () => {
  expect([...(decodeProfiles(encodeProfiles([connected('b'), connected('a')]))?.keys() ?? [])]).toEqual(['b', 'a']);
});

test.each<[string, string]>([
  ['no JSON', '{'],
  ['another shape', '[]'],
  ['profiles that are no list', '{"profiles":{}}'],
  ['a profile that is none', '{"profiles":[null]}'],
  ['a profile without an app', JSON.stringify({ profiles: [{ ...plain(), app: undefined }] })],
  ['a name that is none', JSON.stringify({ profiles: [{ ...plain(), name: '__proto__' }] })],
  ['the same name twice', encodeProfiles([connected('a'), connected('a')])],
])('%s is not taken for profiles', (_, json) => {
  expect(decodeProfiles(json)).toBeNull();
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

test('content of another form that was written with the right key is told, and left where it is', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('a', () => connected('a'));
  const key = fromHex(new Secret((await readFile(await keyPath(root), 'utf8')).trim()));
  const parsed = parseEnvelope(await readFile(storePath(root)));
  if (key === null || parsed.state !== 'sealed') return expect.unreachable();
  const written = seal('{"profiles":{}}', parsed.envelope.key, key);
  await writeFile(storePath(root), written);

  expect((await failureOf(storeIn(root), 'store-unreadable')).message).toContain('another form');

  expect(await readFile(storePath(root))).toEqual(written);
  expect(await readdir(dirname(storePath(root)))).toEqual(['connections']);
});

test('of a file no more than the limit is read', async () => {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, 'x'.repeat(70_000));

  expect(await readPrivateFile(path, { limit: 69_999, tighten: false })).toEqual({ state: 'too-large' });
  expect(await readPrivateFile(path, { limit: 70_000, tighten: false })).toMatchObject({ state: 'read' });
});
