import { constants } from 'node:fs';
import { copyFile, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../ground/errors.ts';
import { flushDirectory, isTemporary } from './durable-write.ts';
import { headSize, parseHead, type Head } from './envelope.ts';
import type { StorePaths } from './store-paths.ts';
import { readPrivateFile } from './private-file.ts';
import { codeOf, FileProblem } from './file-problem.ts';

export interface SealedFile {
  readonly state: 'sealed';
  readonly head: Head;
  /** All of it, or at least its head. */
  readonly bytes: Buffer;
  /** The whole file's, in bytes. */
  readonly size: number;
}

/** The store's file as it stands. A damaged one comes with all its bytes, to be recognised when it is moved aside. */
export type StoreFile =
  { readonly state: 'absent' } | SealedFile | { readonly state: 'damaged'; readonly bytes: Buffer | null };

/** Far above any real store: 500 profiles take less than one MiB. */
const limit = 16 * 1_048_576;

/**
 * Reads the file and judges its form; nothing is decrypted. With `whole` all of it is read, otherwise its head is enough.
 * @throws Failure store-unreadable when something other than a readable regular file stands there, store-newer
 */
export async function readStoreFile(
  { path }: Pick<StorePaths, 'path'>,
  warn: (sentence: string) => void,
  { whole }: { readonly whole: boolean },
): Promise<StoreFile> {
  const file = await readPrivateFile(path, { limit, tighten: true, ...(whole ? {} : { enough: headSize }) });
  switch (file.state) {
    case 'absent':
      return file;
    case 'unusable':
      throw fail('store-unreadable', { path, detail: file.detail });
    case 'too-large':
      return { state: 'damaged', bytes: null };
    case 'read': {
      if (file.tightened) warn(`Other users could open the store ${path}; now only you can.`);
      const { bytes, size } = file;
      const parsed = parseHead(bytes);
      if (parsed.state === 'newer') throw fail('store-newer', { path, format: parsed.format });
      if (parsed.state === 'sealed') return { ...parsed, bytes, size };
      // What is moved aside is recognised by all its bytes.
      if (bytes.length < size) return await readStoreFile({ path }, warn, { whole: true });
      return { state: 'damaged', bytes };
    }
  }
}

/**
 * Puts a damaged file aside, under a name that was free: moved out of the way, or as a copy where another one is to take
 * its place. The lock must be held, and the file is looked at again: another process may have put a good one there.
 * @returns the new path, or `null` when the file is no longer the damaged one
 * @throws Trouble, or the system's error
 */
export async function quarantine(
  { path }: StorePaths,
  damaged: Buffer | null,
  now: number,
  how: 'move' | 'copy',
): Promise<string | null> {
  const file = await readPrivateFile(path, { limit, tighten: false });
  const same = damaged === null ? file.state === 'too-large' : file.state === 'read' && file.bytes.equals(damaged);
  if (!same) return null;
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  for (let attempt = 1; attempt <= 1_000; attempt += 1) {
    const aside = `${path}.damaged-${stamp}${attempt === 1 ? '' : `-${String(attempt)}`}`;
    if (await exists(aside)) continue;
    await (how === 'move' ? rename(path, aside) : copyFile(path, aside, constants.COPYFILE_EXCL));
    return aside;
  }
  throw new FileProblem('there are too many damaged copies already');
}

/** Removes what killed processes left. The lock must be held. */
export async function sweep({ directory }: StorePaths): Promise<void> {
  const left = (await readdir(directory, { withFileTypes: true })).filter(
    (entry) =>
      entry.isFile() && entry.name.startsWith('connections.') && (isTemporary(entry.name) || isClaim(entry.name)),
  );
  await Promise.all(left.map(({ name }) => rm(join(directory, name), { force: true })));
}

/** A claim on a dead lock. Its maker, if it lives, looks at the lock once more before it acts. */
const isClaim = (name: string): boolean => name.startsWith('connections.lock.');

/** Whether there was a file to remove. @throws the system's error */
export async function removeStoreFile({ directory, path }: StorePaths): Promise<boolean> {
  const there = await exists(path);
  await rm(path, { force: true });
  await flushDirectory(directory);
  return there;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
