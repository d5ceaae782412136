import { lstat, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../ground/errors.ts';
import type { OpenSettings } from '../store.ts';
import { removeFile, whenFree } from './busy.ts';
import { flushDirectory } from './durable-write.ts';
import { parseFile } from './envelope.ts';
import { readLockFile } from './lock-file.ts';
import { readPrivateFile } from './private-file.ts';
import type { StorePaths } from './store-paths.ts';

/** In bytes. Real stores are much smaller: 500 profiles take less than 1 MiB. */
const sizeLimit = 16 * 1_048_576;

/** Parses the store file without decrypting it. If it is too large, `bytes` is `null`. @throws as `readPrivateFile` */
export async function examineStoreFile(path: string, tighten: boolean) {
  const file = await readPrivateFile(path, { limit: sizeLimit, tighten });
  if (file.state === 'absent' || file.state === 'unreadable') return file;
  if (file.state === 'too-large') return { state: 'damaged', bytes: null } as const;
  return { ...parseFile(file.bytes), bytes: file.bytes, tightened: file.tightened };
}

type FileContext = Pick<StorePaths & OpenSettings, 'path' | 'warn' | 'tighten'>;

/** Also warns if others could open it. @throws Failure store-unreadable, -older, -newer; as `readPrivateFile` */
export async function readStoreFile({ path, warn, tighten }: FileContext) {
  const file = await examineStoreFile(path, tighten);
  if ('tightened' in file && file.tightened) warn(`Other users could open the store ${path}; now only you can.`);
  if (file.state === 'unreadable') throw fail('store-unreadable', { path, detail: file.detail });
  if ('format' in file) throw fail(`store-${file.state}`, { path, format: file.format });
  return file;
}

/** Renames a damaged file. The caller must hold the lock. Returns the new path, or `null` if it was replaced. */
export async function quarantine({ path }: StorePaths, damaged: Buffer | null, now: number): Promise<string | null> {
  const file = await readPrivateFile(path, { limit: sizeLimit, tighten: false });
  const same = damaged === null ? file.state === 'too-large' : file.state === 'read' && file.bytes.equals(damaged);
  if (!same) return null;
  const first = `${path}.damaged-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  let aside = first;
  for (let copy = 2; (await lstat(aside).catch(() => null)) !== null; copy += 1) aside = `${first}-${String(copy)}`;
  await whenFree(() => rename(path, aside));
  return aside;
}

/** Removes leftover temporary files, and other files of earlier locks. The caller must hold the lock. */
export async function sweep({ directory, lockPath }: StorePaths): Promise<void> {
  const ownToken = (await readLockFile(lockPath))?.token ?? 'none';
  const entries = await readdir(directory, { withFileTypes: true });
  const isLeftover = (name: string): boolean =>
    /^connections\.(lock\.|[0-9a-f]{12}\.tmp$)/.test(name) && !name.includes(ownToken);
  const left = entries.filter((entry) => (entry.isFile() || entry.isSocket()) && isLeftover(entry.name));
  await Promise.all(left.map(({ name }) => removeFile(join(directory, name))));
}

/** Also runs `sweep`. The caller must hold the lock. @throws the system's error */
export async function removeStoreFile(paths: StorePaths): Promise<void> {
  await sweep(paths);
  await removeFile(paths.path);
  await flushDirectory(paths.directory);
}
