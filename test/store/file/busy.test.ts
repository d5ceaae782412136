import { constants } from 'node:fs';
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { removeDeadLock } from '../../../src/store/file/dead-lock.ts';
import { readLockFile } from '../../../src/store/file/lock-file.ts';
import { takeLock } from '../../../src/store/file/lock.ts';
import { readSettings, settingsPath } from '../../../src/settings/settings.ts';
import { readPrivateFile } from '../../../src/store/file/private-file.ts';
import { quarantine, removeStoreFile, sweep } from '../../../src/store/file/store-file.ts';
import { storePathsOf, type StorePaths } from '../../../src/store/file/store-paths.ts';
import { removeKeyFile } from '../../../src/store/keys/key-file.ts';
import { ownIdentity } from '../../../src/ground/process-identity.ts';
import { fakeClock, temporaryDirectory } from '../setting.ts';
import { onWindows } from '../../tools/systems.ts';

/**
 * Flags for `open` that, on Windows, keep other programs from opening the file (libuv's `UV_FS_O_EXLOCK`). On other
 * systems, nothing can.
 */
const exclusively = constants.O_RDONLY | (onWindows ? 0x1000_0000 : 0);

const bytes = Buffer.from('bytes');

/** A file that a virus scanner will open, the operation on it, and the names of the files left afterward. */
interface Operation {
  readonly path: string;
  readonly act: () => Promise<unknown>;
  readonly left: readonly string[];
}

const operations: Readonly<Record<string, (paths: StorePaths) => Promise<Operation>>> = {
  async 'a lock is released'({ lockPath, path }) {
    const held = await takeLock(lockPath, path, { clock: fakeClock(), signal: new AbortController().signal });
    return { path: lockPath, act: () => held.release(), left: [] };
  },
  async 'a killed process’s lock is removed'({ lockPath }) {
    await writeFile(lockPath, JSON.stringify({ ...ownIdentity(), pid: 2 ** 30, token: '0123456789abcdef' }));
    const dead = (await readLockFile(lockPath)) ?? expect.unreachable();
    return { path: lockPath, act: () => removeDeadLock(lockPath, dead, Date.now()), left: [] };
  },
  async 'the store is removed'(paths) {
    await writeFile(paths.path, bytes);
    return { path: paths.path, act: () => removeStoreFile(paths), left: [] };
  },
  async 'a damaged store is quarantined'(paths) {
    await writeFile(paths.path, bytes);
    const act = (): Promise<unknown> => quarantine(paths, bytes, Date.UTC(2025, 0, 2, 3, 4, 5));
    return { path: paths.path, act, left: ['connections.damaged-20250102T030405Z'] };
  },
  async 'a killed process’s leftovers are removed'(paths) {
    const path = `${paths.path}.0123456789ab.tmp`;
    await writeFile(path, bytes);
    return { path, act: () => sweep(paths), left: [] };
  },
  async 'a key file is removed'({ directory }) {
    const path = join(directory, 'id.key');
    await writeFile(path, bytes);
    return { path, act: () => removeKeyFile(directory, 'id'), left: [] };
  },
  async 'the settings are read'({ directory }) {
    const path = settingsPath(directory);
    await writeFile(path, '{"profile":"shop-2"}');
    const act = async (): Promise<void> => {
      expect(await readSettings(directory)).toEqual({ profile: 'shop-2' });
    };
    return { path, act, left: [basename(path)] };
  },
  async 'a file is read'({ path }) {
    await writeFile(path, bytes);
    const act = async (): Promise<void> => {
      expect(await readPrivateFile(path, { limit: 100, tighten: true })).toMatchObject({ state: 'read', bytes });
    };
    return { path, act, left: [basename(path)] };
  },
};

test.each(Object.keys(operations))('%s even if a virus scanner has the file open', async (name) => {
  const root = await temporaryDirectory();
  const paths = storePathsOf({ configDirectory: () => join(root, 'config'), dataDirectory: () => join(root, 'data') });
  await mkdir(paths.directory);
  const { path, act, left } = (await operations[name]?.(paths)) ?? expect.unreachable();
  const scanner = await open(path, exclusively);

  const acted = act();
  await Promise.race([acted, aWhile()]);
  await scanner.close();
  await acted;

  expect(await readdir(paths.directory)).toEqual(left);
});

/** Gives an operation that doesn't wait enough time to finish. */
async function aWhile(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await stat('.');
}
