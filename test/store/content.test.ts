import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { decodeProfiles, encodeProfiles } from '../../src/store/codec.ts';
import { parseEnvelope, seal } from '../../src/store/envelope.ts';
import { fromHex } from '../../src/store/keys/data-key.ts';
import { readPrivateFile } from '../../src/store/private-file.ts';
import { connected } from './child-setting.ts';
import { failureOf, keyPath, storeIn, storePath, temporaryDirectory } from './setting.ts';

type Plain = Record<string, unknown>;

/** The content with one profile, changed. */
const changed = (change: (profile: Plain) => Plain): string => {
  const { profiles } = JSON.parse(encodeProfiles([connected('a')])) as { profiles: Plain[] };
  return JSON.stringify({ profiles: profiles.map(change) });
};

test('what was encoded is decoded', () => {
  expect([...(decodeProfiles(encodeProfiles([connected('b'), connected('a')]))?.keys() ?? [])]).toEqual(['b', 'a']);
  expect(decodeProfiles(changed((profile) => profile))?.size).toBe(1);
});

test.each<[string, string]>([
  ['no JSON', '{'],
  ['another shape', '[]'],
  ['a field that is not known', changed((profile) => ({ ...profile, extra: 1 }))],
  ['an app with a field that is not known', changed((profile) => ({ ...profile, app: { extra: 1 } }))],
  ['a name that is none', changed((profile) => ({ ...profile, name: '__proto__' }))],
  ['a missing journal', changed(({ journal: _, ...profile }) => profile)],
  ['a region that is not known', changed((profile) => ({ ...profile, app: { region: 'eu' } }))],
  ['a time that is text', changed((profile) => ({ ...profile, createdAt: '1' }))],
  ['the same name twice', encodeProfiles([connected('a'), connected('a')])],
])('%s is not taken for profiles', (_, json) => {
  expect(decodeProfiles(json)).toBeNull();
});

test('content of another form that was written with the right key is told, and left where it is', async () => {
  const root = await temporaryDirectory();
  await (await storeIn(root)).change('a', () => connected('a'));
  const key = fromHex(new Secret((await readFile(await keyPath(root), 'utf8')).trim()));
  const parsed = parseEnvelope(await readFile(storePath(root)));
  if (key === null || parsed.state !== 'sealed') return expect.unreachable();
  const written = seal('{"profiles":[],"more":1}', parsed.envelope.key, key);
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
