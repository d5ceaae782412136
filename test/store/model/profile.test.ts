import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAbsent, storePathsOf } from '../../../src/store/file/store-paths.ts';
import { isConnected, isProfilePattern, profileMatcher } from '../../../src/store/model/profile.ts';
import { connected } from '../child-setting.ts';
import { temporaryDirectory } from '../setting.ts';
import { noLinks, onWindows } from '../../tools/systems.ts';

test('a setup counts as a connection only after its tokens are verified', () => {
  const { tokens: _, ...withoutTokens } = connected('a');
  const done = { authorize: 5 };
  expect(isConnected(connected('a'))).toBe(true);
  expect(isConnected(connected('a', { journal: { done: { verify: 6 } } }))).toBe(true);
  expect(isConnected(connected('a', { journal: { done } }))).toBe(false);
  expect(isConnected(withoutTokens)).toBe(false);
  expect(isConnected({ ...withoutTokens, journal: { done } })).toBe(false);
});

test('a store counts as absent only if there is certainly nothing at its path', async ({ skip }) => {
  const root = await temporaryDirectory();
  const io = { configDirectory: () => join(root, 'config'), dataDirectory: () => join(root, 'data') };
  const place = storePathsOf(io);
  expect(isAbsent(io)).toBe(true);
  await mkdir(place.directory);
  expect(isAbsent(io)).toBe(true);
  skip(onWindows, noLinks);
  await symlink('nowhere', place.path);
  expect(isAbsent(io)).toBe(false);
  await writeFile(join(root, 'file'), '');
  expect(isAbsent({ configDirectory: () => join(root, 'file'), dataDirectory: () => root })).toBe(false);
});

test.each(['*', 'shop-*', '?', 'a.b?'])('`%s` is a pattern for profile names', (text) => {
  expect(isProfilePattern(text)).toBe(true);
});

test.each(['', 'shop-1', 'shop*/', '*'.repeat(65), 'a b*'])('`%s` isn’t a pattern for profile names', (text) => {
  expect(isProfilePattern(text)).toBe(false);
});

test.each([
  ['*', 'anything', true],
  ['shop-*', 'shop-', true],
  ['shop-*', 'shop-12', true],
  ['shop-*', 'my-shop-1', false],
  ['shop-?', 'shop-1', true],
  ['shop-?', 'shop-12', false],
  ['*.uk', 'shop.uk', true],
  ['*.uk', 'shopXuk', false],
  ['shop', 'shop', true],
  ['shop', 'shop2', false],
  ['Shop*', 'shop1', false],
])('the pattern `%s` matches the profile `%s`: %s', (pattern, name, matches) => {
  expect(profileMatcher(pattern)(name)).toBe(matches);
});
