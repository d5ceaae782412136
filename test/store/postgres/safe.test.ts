import { readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { newDataKey } from '../../../src/store/keys/data-key.ts';
import { openSafe } from '../../../src/store/postgres/safe.ts';
import { connected } from '../child-setting.ts';
import { toPlain, temporaryDirectory } from '../setting.ts';

// As many as can be confused where names have no case (macOS, Windows), and one that is a device there.
const names = ['shop', 'Shop', 'SHOP', 'sHop-2.b_C', 'con'];

test('what could not be stored of two profiles is kept apart, even if only the case of their names differs', async () => {
  const directory = await temporaryDirectory();
  const key = newDataKey();
  const safe = openSafe(directory, 'postgresql://db/fleet', () => key);
  for (const name of names) await safe.put(keptOf(name));

  expect([...(await safe.names())].sort()).toEqual([...names].sort());
  for (const name of names)
    expect((await safe.read(name)).map(({ profile }) => toPlain(profile))).toEqual([toPlain(connected(name))]);
  const files = await readdir(join(directory, 'not-yet-stored'), { recursive: true });
  expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(1 + names.length);
  expect(files.some((file) => /(^|[\\/])con\./i.test(file))).toBe(false);

  for (const name of names) await safe.removeAll(name);
  expect(await safe.names()).toEqual([]);
});

test('a command that has stored its tokens leaves those of another command for the same profile', async () => {
  const key = newDataKey();
  const safe = openSafe(await temporaryDirectory(), 'postgresql://db/fleet', () => key);
  const stored = await safe.put(keptOf('shop', 'the first'));
  await safe.put(keptOf('shop', 'the second'));

  await safe.remove(stored);
  expect(await safe.names()).toEqual(['shop']);
  expect((await safe.read('shop')).map(({ holder }) => holder)).toEqual(['the second']);
});

test('tokens kept by a program that named its files by the profile alone are found', async () => {
  const directory = await temporaryDirectory();
  const key = newDataKey();
  const safe = openSafe(directory, 'postgresql://db/fleet', () => key);
  const path = await safe.put(keptOf('shop.b'));
  await rename(path, join(dirname(path), 'profile-shop.b.sealed'));

  expect(await safe.names()).toEqual(['shop.b']);
  expect((await safe.read('shop.b')).map(({ holder }) => holder)).toEqual(['a holder']);
});

const keptOf = (name: string, holder = 'a holder') => ({
  ...{ before: null, holder, replaces: null },
  profile: connected(name),
});
