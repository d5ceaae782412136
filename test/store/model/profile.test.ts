import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAbsent, storePathsOf } from '../../../src/store/file/store-paths.ts';
import { isConnected } from '../../../src/store/model/profile.ts';
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
