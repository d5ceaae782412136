import { randomBytes } from 'node:crypto';
import { fsync } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** A file handle has `sync` for this, but not under Yarn's Plug'n'Play, which is how `yarn dlx` runs a program. */
const flush = promisify(fsync);

/**
 * Puts a whole file, 0600, in the place of another one: whatever happens, the path holds the old bytes or the new ones.
 *
 * Not left to `conf` 15.1 (`atomically` 2.1): its write is one `write(2)` that it does not check, so a disk that fills
 * up half-way replaces a good file by a cut-off one and reports success; it does not flush the directory; and loading it
 * takes over SIGINT and SIGTERM and sends them to the process a second time.
 *
 * @param ready asked just before the new file takes the place of the old one; throws to keep the old one
 * @throws the system's error; nothing has changed then, and no temporary file is left
 */
export async function writeDurably(path: string, bytes: Buffer, ready?: () => Promise<void>): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await writeAndFlush(temporary, bytes);
    await ready?.();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary).catch(ignore);
    throw error;
  }
  await flushDirectory(dirname(path));
}

/** Writes as much beside `path` as a real write would, flushes it and removes it again. */
export async function proveWritable(path: string, size: number): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await writeAndFlush(temporary, randomBytes(size));
  } finally {
    await rm(temporary).catch(ignore);
  }
}

/** A file that a killed process left while it wrote one of ours. */
export const isTemporary = (name: string): boolean => /\.[0-9a-f]{12}\.tmp$/.test(name);

const temporaryPath = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`;

async function writeAndFlush(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    // Goes on until everything is written, unlike a single `write`.
    await file.writeFile(bytes);
    await giveToOwnerOf(dirname(path), file);
    await flush(file.fd);
  } finally {
    await file.close();
  }
}

/** A run with sudo must not take the file away from the user whose directory it is in. */
async function giveToOwnerOf(directory: string, file: FileHandle): Promise<void> {
  const [wanted, actual] = await Promise.all([stat(directory), file.stat()]);
  if (wanted.uid !== actual.uid) await file.chown(wanted.uid, wanted.gid).catch(ignore);
}

/** Makes the new name itself survive a power cut. Windows and some file systems cannot; the file is in place by now. */
export async function flushDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    try {
      await flush(directory.fd);
    } finally {
      await directory.close();
    }
  } catch {
    // Nothing is lost unless the power fails too.
  }
}

const ignore = (): void => undefined;
