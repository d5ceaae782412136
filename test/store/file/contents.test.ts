import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import { openEnvelope, parseFile, sealFile } from '../../../src/store/file/envelope.ts';
import { readPrivateFile } from '../../../src/store/file/private-file.ts';
import { fromHex, type DataKey } from '../../../src/store/keys/data-key.ts';
import type { Profile } from '../../../src/store/model/profile.ts';
import { plainJson } from '../../../src/store/model/stored-profile.ts';
import type { Store } from '../../../src/store/store.ts';
import { connected } from '../child-setting.ts';
import { failureOf, toPlain, keyPath, storeIn, storePath, temporaryDirectory } from '../setting.ts';

let root: string;
let path: string;
let key: DataKey;

beforeEach(async () => {
  root = await temporaryDirectory();
  path = storePath(root);
  await (await storeIn(root)).change('a', () => connected('a'));
  key = fromHex(new Secret((await readFile(await keyPath(root), 'utf8')).trim())) ?? expect.unreachable();
});

/** Writes this JSON into the file, encrypted with the store's key. */
async function put(json: string): Promise<Buffer> {
  const bytes = sealFile(json, { source: 'key-file', id: key.id }, key);
  await writeFile(path, bytes);
  return bytes;
}

/** Decrypts the file. */
async function plaintext(): Promise<string> {
  const parsed = parseFile(await readFile(path));
  return parsed.state === 'sealed'
    ? (openEnvelope(parsed.envelope, key) ?? expect.unreachable())
    : expect.unreachable();
}

/** The stored profiles in the file. */
const stored = async (): Promise<readonly unknown[]> =>
  (JSON.parse(await plaintext()) as { profiles: readonly unknown[] }).profiles;

const plain = (profile: Profile): unknown => JSON.parse(plainJson(profile));

const odd = { name: 'odd', app: { region: 'eu' }, more: ['of a later version'] };

const profiles = [plain(connected('b')), odd, 'no profile at all', plain(connected('a'))];

test('the file contains one JSON document, with each profile on its own line', async () => {
  await (await storeIn(root)).change('b', () => connected('b'));
  const lines = (await plaintext()).split('\n');

  expect(lines).toHaveLength(4);
  expect(JSON.parse(lines.join(''))).toEqual({ profiles: ['a', 'b'].map((name) => plain(connected(name))) });
  expect(JSON.parse(lines[2] ?? '')).toEqual(plain(connected('b')));
});

test('a file without profiles can be read, and written again', async () => {
  const store = await storeIn(root);
  await store.forget('a');
  expect(await stored()).toEqual([]);
  expect(await store.names()).toEqual([]);

  await store.change('b', () => connected('b'));

  expect((await (await storeIn(root)).profiles()).map(toPlain)).toEqual([toPlain(connected('b'))]);
});

describe.each([
  ['that are all on one line, as earlier versions wrote them', JSON.stringify({ profiles })],
  [
    'that are each on their own line',
    `{"profiles":[\n${profiles.map((profile) => JSON.stringify(profile)).join(',\n')}\n]}`,
  ],
])('a profile in an unknown format among profiles %s', (_, json) => {
  beforeEach(() => put(json));

  test('is reported by name, and the others remain usable', async () => {
    const warnings: string[] = [];
    const store = await storeIn(root, { warn: (sentence) => warnings.push(sentence) });

    for (let time = 0; time < 2; time += 1)
      expect((await store.profiles()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(warnings).toEqual(['odd', 'undefined'].map((name) => expect.stringContaining(`“${name}”`) as string));
    expect(await store.names()).toEqual(['a', 'b', 'odd', 'undefined']);
    expect(toPlain(await store.profile('b'))).toEqual(toPlain(connected('b')));
    const { message, fix } = await failureOf(store.profile('odd'), 'profile-unreadable');
    expect(message).toContain('“odd”');
    expect(fix).toContain('`ottokit-tiktok disconnect --profile odd`');
  });

  test('is kept unchanged when other profiles change', async () => {
    const store = await storeIn(root);
    await store.change('b', () => connected('b', { updatedAt: 21 }));
    await store.change('a', () => undefined);
    await store.moveKey({ to: 'key-file' });

    expect(await stored()).toEqual([plain(connected('b', { updatedAt: 21 })), odd, 'no profile at all']);
  });

  test('can’t be changed, but can be removed', async () => {
    const store = await storeIn(root);
    await failureOf(
      store.change('odd', () => connected('odd')),
      'profile-unreadable',
    );
    expect(await store.removeIfEmpty()).toEqual({ storeFile: false, key: null });

    await store.forget('odd');
    await store.forget('undefined');
    await store.forget('never there');

    expect(await store.names()).toEqual(['a', 'b']);
  });
});

test.each<[string, (store: Store) => Promise<unknown>]>([
  ['a change', (store) => store.change('b', () => connected('b'))],
  ['a failed move of its key', (store) => failureOf(store.moveKey({ to: 'keychain' }), 'keychain-failed')],
])('a new store written by a call that failed anyway keeps its key through %s', async (_, act) => {
  root = await temporaryDirectory();
  const store = await storeIn(root);
  await store.proveWritable();
  path = storePath(root);
  key = fromHex(new Secret((await readFile(await keyPath(root), 'utf8')).trim())) ?? expect.unreachable();
  await put(JSON.stringify({ profiles: [plain(connected('a'))] }));

  await act(store);

  expect((await (await storeIn(root)).names())[0]).toBe('a');
});

test('a file with two profiles of the same name counts as damaged, and is kept', async () => {
  const written = await put(JSON.stringify({ profiles: [odd, plain(connected('odd'))] }));

  await failureOf(storeIn(root), 'store-damaged');

  expect(await readFile(path)).toEqual(written);
});

test.each(['{"profiles":{}}', '{}', 'null', '[', '""'])(
  'content in another format, encrypted with the right key, is reported and left in place: %j',
  async (json) => {
    const written = await put(json);

    for (const quarantine of [false, true]) {
      const failure = await failureOf(storeIn(root, { quarantine }), 'store-unreadable');
      expect(failure.message).toContain('unknown format');
    }

    expect(await readFile(path)).toEqual(written);
    expect(await readdir(dirname(path))).toEqual(['connections']);
  },
);

test('a profile that couldn’t be read back isn’t written, and the stored one is kept', async () => {
  const store = await storeIn(root);
  const before = await readFile(path);
  const wrong = { ...connected('a'), createdAt: NaN };

  await expect(store.change('a', () => wrong)).rejects.toThrow('can’t be read back');

  expect(await readFile(path)).toEqual(before);
  expect((await store.profile('a'))?.createdAt).toBe(10);
});

test('a file that is larger than the limit isn’t read', async () => {
  const file = join(root, 'file');
  await writeFile(file, 'x'.repeat(70_000));

  expect(await readPrivateFile(file, { limit: 69_999, tighten: false })).toEqual({ state: 'too-large' });
  expect(await readPrivateFile(file, { limit: 70_000, tighten: false })).toMatchObject({ state: 'read' });
});
