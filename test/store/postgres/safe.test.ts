import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
  const safe = openSafe(directory, () => key);
  for (const name of names) await safe.put(keptOf(name));

  expect([...(await safe.names())].sort()).toEqual([...names].sort());
  for (const name of names)
    expect((await safe.read(name)).map(([, { profile }]) => toPlain(profile))).toEqual([toPlain(connected(name))]);
  const files = await readdir(join(directory, 'not-yet-stored'), { recursive: true });
  expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(1 + names.length);
  expect(files.some((file) => /(^|[\\/])con\./i.test(file))).toBe(false);

  for (const name of names) await safe.removeAll(name);
  expect(await safe.names()).toEqual([]);
});

test('a command that has stored its tokens leaves those of another command for the same profile', async () => {
  const key = newDataKey();
  const safe = openSafe(await temporaryDirectory(), () => key);
  const stored = await safe.put(keptOf('shop', 'the first'));
  await safe.put(keptOf('shop', 'the second'));

  await safe.remove(stored);
  expect(await safe.names()).toEqual(['shop']);
  expect((await safe.read('shop')).map(([, { holder }]) => holder)).toEqual(['the second']);
});

const keptOf = (name: string, holder = 'a holder') => ({
  ...{ before: null, holder, replaces: null },
  profile: connected(name),
});
