import { randomBytes } from 'node:crypto';
import { fsync } from 'node:fs';
import { open, rename as renameFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../../ground/system-error.ts';
import { removeFile, whenFree, type BusyOptions } from './busy.ts';
import { giveToOwnerOf } from './owner.ts';

/** A file handle has `sync` for this, but not with Yarn's Plug'n'Play, which `yarn dlx` uses. */
const fsyncDescriptor = promisify(fsync);

interface WriteOptions extends BusyOptions {
  /** Runs just before the new file replaces the old one; throws to keep the old one. */
  readonly ready?: () => Promise<void>;
  readonly rename?: (from: string, to: string) => Promise<void>;
}

/**
 * Replaces a file atomically with a new one with mode 0600. `conf` 15.1 (`atomically` 2.1) isn't used: it writes with a
 * single unchecked `write(2)`, so if the disk fills up it replaces a good file with a truncated one and reports success;
 * it doesn't flush the directory; and loading it takes over SIGINT and SIGTERM and sends them a second time.
 * @throws the system's error; nothing has changed then, and no temporary file is left
 */
export async function writeDurably(path: string, bytes: Buffer, options: WriteOptions = {}): Promise<void> {
  const { ready, rename = renameFile } = options;
  const temporary = temporaryPath(path);
  try {
    await (await writeOpen(temporary, bytes)).close();
    await ready?.();
    await whenFree(() => rename(temporary, path), options);
  } catch (error) {
    await removeFile(temporary).catch(ignore);
    throw error;
  }
  await flushDirectory(dirname(path));
}

/**
 * Writes `size` bytes beside `path` like a real write, and keeps their space free for that write. The file is removed
 * while it is open, so that nothing is left if the process is killed.
 * @returns a function that frees the space
 * @throws the system's error; no file is left then
 */
export async function reserveSpace(path: string, size: number): Promise<() => Promise<void>> {
  const temporary = temporaryPath(path);
  const remove = (): Promise<void> => removeFile(temporary).catch(ignore);
  const file = await writeOpen(temporary, randomBytes(size)).finally(remove);
  return async () => {
    await file.close().catch(ignore);
    // Some network drives don't remove an open file.
    await remove();
  };
}

/** A file that a process left when it was killed while writing one of ours. */
export const isTemporary = (name: string): boolean => /\.[0-9a-f]{12}\.tmp$/.test(name);

const temporaryPath = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`;

/** Creates and flushes a file, and leaves it open. */
async function writeOpen(path: string, bytes: Buffer): Promise<FileHandle> {
  const file = await open(path, 'wx', 0o600);
  try {
    // Writes everything, unlike a single `write`.
    await file.writeFile(bytes);
    await giveToOwnerOf(dirname(path), file);
    await flush(file.fd);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The errors of a drive that can't flush. Any other error (EIO, ENOSPC) means that the write failed. */
const noFlush = new Set(['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** @returns whether the drive flushed @throws the system's error if the bytes may be lost */
async function flush(descriptor: number): Promise<boolean> {
  try {
    await fsyncDescriptor(descriptor);
    return true;
  } catch (error) {
    if (noFlush.has(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** Whether the file's drive flushes writes; `true` if that can't be tested. Changes nothing. */
export const canFlush = (path: string): Promise<boolean> => flushAt(path, 'r+').catch(() => true);

/** Makes the new name survive a power cut. Windows and some drives can't; the file is already in place. */
export const flushDirectory = (path: string): Promise<unknown> => flushAt(path, 'r').catch(ignore);

async function flushAt(path: string, flags: string): Promise<boolean> {
  const file = await open(path, flags);
  try {
    return await flush(file.fd);
  } finally {
    await file.close();
  }
}

const ignore = (): void => undefined;
