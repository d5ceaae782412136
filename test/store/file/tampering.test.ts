import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isFailure } from '../../../src/ground/errors.ts';
import { Secret } from '../../../src/ground/secret.ts';
import type { Profile } from '../../../src/store/model/profile.ts';
import { parseFile } from '../../../src/store/file/envelope.ts';
import { connected, realClock, ioIn } from '../child-setting.ts';
import {
  failureOf,
  filesBelow,
  toPlain,
  splitStore,
  storeIn,
  storePath,
  memoryKeychain,
  temporaryDirectory,
} from '../setting.ts';
import { timeLimit } from '../../tools/systems.ts';

const begun: Profile = {
  name: 'd',
  app: { region: 'us' },
  journal: { done: {} },
  shops: [],
  createdAt: 1,
  updatedAt: 2,
};

let root: string;
let path: string;
let intact: Buffer;

beforeEach(async () => {
  root = await temporaryDirectory();
  path = storePath(root);
  await (await storeIn(root)).change('d', () => begun);
  intact = await readFile(path);
});

/** Opens a store file with these bytes. Checks that it is kept, and that only the intact profile can be read from it. */
async function openWith(bytes: Buffer): Promise<string> {
  await writeFile(path, bytes);
  let outcome: string;
  try {
    const store = await storeIn(root);
    expect(toPlain(await store.profile('d'))).toEqual(toPlain(begun));
    outcome = 'read';
  } catch (error) {
    if (!isFailure(error)) throw error;
    expect(error.message).toContain(path);
    expect(error.fix).not.toBe('');
    outcome = error.code;
  }
  const files = [...(await filesBelow(join(root, 'config'))).entries()];
  expect(files.filter(([, content]) => content.equals(bytes)).length).toBe(1);
  for (const [name] of files) await rm(join(root, 'config', name));
  return outcome;
}

test(
  'a flipped bit in any byte of the file is detected, and the file is kept',
  { tags: 'repetitive', timeout: timeLimit(60_000) },
  async () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < intact.length; at += 1) {
      for (const bit of [0x01, 0x02, 0x80]) {
        const bytes = Buffer.from(intact);
        bytes[at] = (bytes[at] ?? 0) ^ bit;
        outcomes.add(await openWith(bytes));
      }
    }
    // A flipped digit in the key's id names a missing key file.
    expect([...outcomes].sort()).toEqual(['key-missing', 'store-damaged', 'store-newer', 'store-older']);
  },
);

test('a file truncated to any length is detected and kept', { tags: 'repetitive' }, async () => {
  const outcomes = new Set<string>();
  for (let length = 0; length < intact.length; length += 1) outcomes.add(await openWith(intact.subarray(0, length)));
  expect([...outcomes]).toEqual(['store-damaged']);
});

test('the intact file can be read', async () => {
  expect(await openWith(intact)).toBe('read');
});

describe('a file that this program wouldn’t have written counts as damaged', () => {
  const rewritten = (change: (header: Record<string, unknown>) => unknown): Buffer => {
    const { header, data } = splitStore(intact);
    return Buffer.concat([Buffer.from(`${JSON.stringify(change(header))}\n`), data]);
  };

  test.each<[string, () => Buffer]>([
    ['an empty file', () => Buffer.alloc(0)],
    ['random bytes', () => randomBytes(500)],
    ['the profiles in plain text', () => Buffer.from(JSON.stringify({ profiles: [{ ...begun, name: 'evil' }] }))],
    ['a header without its newline', () => intact.subarray(0, intact.indexOf('\n'))],
    ['an extra newline at the end', () => Buffer.concat([intact, Buffer.from('\n')])],
    ['a Windows line ending after the header', () => replaced('}\n', '}\r\n')],
    ['a space in the header', () => replaced('"format":2', '"format": 2')],
    ['a byte order mark', () => Buffer.concat([Buffer.from('\uFEFF'), intact])],
    ['an extra field', () => rewritten((written) => ({ ...written, extra: 1 }))],
    ['fields in another order', () => rewritten(({ app: name, ...rest }) => ({ ...rest, app: name }))],
    ['a repeated field', () => replaced('"format":2', '"format":2,"format":2')],
    ['a format that isn’t a number', () => rewritten((written) => ({ ...written, format: '2' }))],
    ['the name of another app', () => rewritten((written) => ({ ...written, app: 'other', format: 3 }))],
    ['an IV that is too short', () => rewritten((written) => ({ ...written, iv: 'AAAA' }))],
    [
      'a tag that is too short',
      () => rewritten((written) => ({ ...written, tag: String(written['tag']).slice(0, 16) })),
    ],
    ['a header with nothing after it', () => intact.subarray(0, intact.indexOf('\n') + 1)],
    ['an index, which this format doesn’t have', () => replaced('"iv"', '"index":1,"iv"')],
    [
      'a noncanonical Base64 encoding of the tag',
      () => rewritten((written) => ({ ...written, tag: noncanonical(String(written['tag'])) })),
    ],
    [
      'a noncanonical Base64 encoding of the salt',
      () => rewritten((written) => ({ ...written, key: kdf({}, 'AAAAAAAAAAAAAAAAAAAAAB==') })),
    ],
    [
      'a key id that is a path out of the keys’ directory',
      () => rewritten((written) => ({ ...written, key: { source: 'key-file', id: '../../../etc/passwd' } })),
    ],
    ['a cheap key derivation', () => rewritten((written) => ({ ...written, key: kdf({ N: 2 }) }))],
    [
      'a key derivation that needs too much memory',
      () => rewritten((written) => ({ ...written, key: kdf({ N: 2 ** 30 }) })),
    ],
    ['more than 16 MiB', () => Buffer.alloc(16 * 1_048_576 + 1, 0x20)],
  ])('%s', async (_, bytes) => {
    expect(await openWith(bytes())).toBe('store-damaged');
  });
});

/** The intact file with one part replaced; latin1 keeps every byte. */
const replaced = (text: string, by: string): Buffer =>
  Buffer.from(intact.toString('latin1').replace(text, by), 'latin1');

/** Changes unused bits of the last character, so that the string still decodes to the same bytes. */
function noncanonical(base64: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const other = base64.replace(/(.)==$/, (_, last: string) => `${letters[letters.indexOf(last) + 1] ?? ''}==`);
  expect(Buffer.from(other, 'base64')).toEqual(Buffer.from(base64, 'base64'));
  return other;
}

const kdf = (cost: object, salt = Buffer.alloc(16).toString('base64')): object => ({
  source: 'passphrase',
  id: '0'.repeat(32),
  kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, ...cost, salt },
});

test('a changed key source in the header is detected', async () => {
  const changed = replaced('"source":"key-file"', '"source":"keychain"');
  const parsed = parseFile(changed);
  expect(parsed.state).toBe('sealed');
  if (parsed.state !== 'sealed') return;
  const { id } = parsed.envelope.key;
  const secret = await readFile(join(root, 'data', 'keys', `${id}.key`), 'utf8');
  await writeFile(path, changed);
  const keychain = memoryKeychain();
  keychain.entries.set(id, new Secret(secret.trim()));

  await failureOf(storeIn(root, { keychain }), 'store-damaged');
  expect([...keychain.entries.keys()]).toEqual([id]);
});

test('a copy of another store can’t be opened', async () => {
  const other = await temporaryDirectory();
  await (await storeIn(other)).change('d', () => connected('d'));
  await copyFile(storePath(other), path);

  const failure = await failureOf(storeIn(root), 'key-missing');

  expect(failure.message).toContain(path);
  expect(failure.message).toContain(join(root, 'data', 'keys'));
  expect(await readFile(path)).toEqual(await readFile(storePath(other)));
});

test.each([0, -1, 1])(
  'a file with an older format number and an unknown header is left in place: %i',
  async (written) => {
    const older = Buffer.from(`{"app":"ottokit-tiktok","format":${String(written)},"another":"layout"}\nbytes`);
    await writeFile(path, older);

    for (const quarantine of [false, true]) {
      const failure = await failureOf(storeIn(root, { quarantine }), 'store-older');
      expect(failure.message).toContain(`format ${String(written)}`);
    }
    expect(await readFile(path)).toEqual(older);
    expect(await readdir(join(root, 'config'))).toEqual(['connections']);
  },
);

test.each(['{"app":"ottokit-tiktok","format":7,"something":"new"}\n', '{"app":"ottokit-tiktok","format":7}'])(
  'a store file written by a newer version is left in place: %j',
  async (written) => {
    const newer = Buffer.from(written);
    await writeFile(path, newer);

    const failure = await failureOf(storeIn(root), 'store-newer');

    expect(failure.message).toContain('format 7');
    expect(await readFile(path)).toEqual(newer);
    expect(await readdir(join(root, 'config'))).toEqual(['connections']);
  },
);

test('damaged files that are quarantined within the same second are all kept', async () => {
  const clock = { ...realClock, now: () => Date.UTC(2025, 0, 2, 3, 4, 5, 678) };
  const movedTo: string[] = [];
  for (const content of ['one', 'two', 'three']) {
    await writeFile(path, content);
    const failure = await failureOf(storeIn(root, { io: { ...ioIn(root), clock }, quarantine: true }), 'store-damaged');
    movedTo.push(/moved to (\S+);/.exec(failure.message)?.[1] ?? 'nowhere');
  }

  expect(movedTo).toEqual(['', '-2', '-3'].map((more) => `${path}.damaged-20250102T030405Z${more}`));
  expect(await Promise.all(movedTo.map((each) => readFile(each, 'utf8')))).toEqual(['one', 'two', 'three']);
});

test('a file damaged while the store is open isn’t overwritten by the next change', async () => {
  const store = await storeIn(root);
  await truncate(path, 100);

  const failure = await failureOf(
    store.change('d', () => connected('d')),
    'store-damaged',
  );

  expect(failure.message).toContain('damaged-');
  const [name = '', ...more] = await readdir(join(root, 'config'));
  expect(more).toEqual([]);
  expect(await readFile(join(root, 'config', name))).toEqual(intact.subarray(0, 100));
});

test('checking that the store can be written quarantines a file that was damaged while the store was open', async () => {
  const store = await storeIn(root);
  await writeFile(path, 'damaged');

  await failureOf(store.proveWritable(), 'store-damaged');

  const [name = '', ...more] = await readdir(join(root, 'config'));
  expect(more).toEqual([]);
  expect(await readFile(join(root, 'config', name), 'utf8')).toBe('damaged');
});

test('a damaged store stays in place until a command that may quarantine it makes room for a new store', async () => {
  await writeFile(path, 'damaged');
  const { message, fix } = await failureOf(storeIn(root), 'store-damaged');
  expect(message).toContain('It was left in place');
  expect(fix).toContain('`ottokit-tiktok doctor --fix`');
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);

  const moved = await failureOf(storeIn(root, { quarantine: true }), 'store-damaged');
  expect(moved.message).toMatch(/was moved to .*damaged-/);

  const store = await storeIn(root);
  await store.change('d', () => connected('d'));

  expect((await (await storeIn(root)).profiles()).length).toBe(1);
});

test('a damaged store that can’t be quarantined is reported and left in place', async () => {
  const lock = `${path}.lock`;
  await writeFile(path, 'damaged');
  await mkdir(lock);

  const failure = await failureOf(storeIn(root, { quarantine: true }), 'store-unreadable');

  expect(failure.message).toContain('it is damaged, and couldn’t be moved aside: ');
  expect(failure.message).toContain(path);
  expect(await readFile(path, 'utf8')).toBe('damaged');
  await rm(lock, { recursive: true });
  await failureOf(storeIn(root), 'store-damaged');
});

test('if the user interrupts the quarantine of a damaged store, that is reported and the store stays in place', async () => {
  await writeFile(path, 'damaged');
  const lock = `${path}.lock`;
  await writeFile(lock, '');

  await failureOf(
    storeIn(root, { io: { ...ioIn(root), signal: AbortSignal.abort() }, quarantine: true }),
    'interrupted',
  );

  expect(await readFile(path, 'utf8')).toBe('damaged');
});

test('a store that another process repairs before it can be quarantined is read and stays in place', async () => {
  await writeFile(path, 'damaged');
  const now = (): number => {
    writeFileSync(path, intact);
    return Date.now();
  };

  const store = await storeIn(root, { io: { ...ioIn(root), clock: { ...realClock, now } }, quarantine: true });

  expect(await store.profile('d')).toEqual(begun);
  expect(await readdir(join(root, 'config'))).toEqual(['connections']);
});
