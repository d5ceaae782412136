import { randomBytes } from 'node:crypto';
import { fsync } from 'node:fs';
import { open, rename as renameFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../../ground/errors.ts';
import { removeFile, whenFree, type BusyOptions } from './busy.ts';
import { giveToOwnerOf } from './private-file.ts';

/** Used instead of a file handle's `sync`, which doesn't exist under Yarn's Plug'n'Play (`yarn dlx`). */
const fsyncDescriptor = promisify(fsync);

interface WriteOptions extends BusyOptions {
  /** Runs just before the new file replaces the old one. If it throws, the old one stays. */
  readonly ready?: () => Promise<void>;
  readonly rename?: (from: string, to: string) => Promise<void>;
}

/**
 * Atomically replaces a file with a new one whose mode is 0600. We don't use `conf` 15.1 (`atomically` 2.1): on a full
 * disk it can replace a good file with a truncated one and report success.
 * @throws the system's error or that of `ready`, with the old file unchanged
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

/** Reserves bytes in an open but removed file, so that a kill leaves nothing. Returns a function that frees them. */
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

/** A process that is killed while writing leaves a temporary file behind. */
export const isTemporary = (name: string): boolean => /\.[0-9a-f]{12}\.tmp$/.test(name);

const temporaryPath = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`;

async function writeOpen(path: string, bytes: Buffer): Promise<FileHandle> {
  const file = await open(path, 'wx', 0o600);
  try {
    // `file.write` might write only some of the bytes.
    await file.writeFile(bytes);
    await giveToOwnerOf(dirname(path), file);
    await flush(file.fd);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

const noFlush = new Set(['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** Whether the drive can't flush. Other errors (EIO, ENOSPC) mean that the write failed. */
export const isWithoutFlush = (error: unknown): boolean => noFlush.has(codeOf(error) ?? '');

/** @returns whether the drive flushed @throws the system's error if the bytes may be lost */
async function flush(descriptor: number): Promise<boolean> {
  try {
    await fsyncDescriptor(descriptor);
    return true;
  } catch (error) {
    if (isWithoutFlush(error)) return false;
    throw error;
  }
}

/** Whether the file's drive flushes writes; `true` if that can't be tested. Changes nothing. */
export const canFlush = (path: string): Promise<boolean> => flushAt(path, 'r+').catch(() => true);

/** Makes renames and removals survive a power failure. Ignores errors, because Windows and some drives can't do it. */
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
