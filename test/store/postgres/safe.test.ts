import { expect, test } from 'vitest';
import { newDataKey } from '../../../src/store/keys/data-key.ts';
import { openSafe } from '../../../src/store/postgres/safe.ts';
import { connected } from '../child-setting.ts';
import { toPlain, temporaryDirectory } from '../setting.ts';

const keptOf = (name: string, holder: string) => ({
  ...{ before: null, holder, replaces: null },
  profile: connected(name),
});

test('tokens that couldn’t be stored are kept apart for each profile, even if only the case of the names differs', async () => {
  const key = newDataKey();
  const safe = openSafe(await temporaryDirectory(), () => key);
  const names = ['shop', 'Shop', 'con'];
  for (const name of names) await safe.put(keptOf(name, `the command for ${name}`));
  for (const name of names)
    expect((await safe.read(name)).map(([, { profile }]) => toPlain(profile))).toEqual([toPlain(connected(name))]);
  expect(await safe.read()).toHaveLength(names.length);
});

test('a command that has stored its tokens keeps those of another command for the same profile', async () => {
  const key = newDataKey();
  const safe = openSafe(await temporaryDirectory(), () => key);
  const stored = await safe.put(keptOf('shop', 'the first'));
  await safe.put(keptOf('shop', 'the second'));

  await safe.remove(stored);
  expect((await safe.read('shop')).map(([, { holder }]) => holder)).toEqual(['the second']);
});
