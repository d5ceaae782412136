import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newDataKey } from '../../../src/store/keys/data-key.ts';
import { removeKeyFile, writeKeyFile } from '../../../src/store/keys/key-file.ts';
import { temporaryDirectory } from '../setting.ts';

test('a key is removed together with the leftovers of a process that was killed while writing it', async () => {
  const directory = await temporaryDirectory();
  const key = newDataKey();
  const context = { path: '/the/store', keysDirectory: () => directory, warn: () => undefined, tighten: true };
  await writeKeyFile(context, key);
  const others = [`${'f'.repeat(32)}.key.0123456789ab.tmp`, `${key.id}.key.backup`];
  for (const name of [`${key.id}.key.0123456789ab.tmp`, ...others]) await writeFile(join(directory, name), '');

  await removeKeyFile(directory, key.id);

  expect((await readdir(directory)).sort()).toEqual(others.sort());
});
