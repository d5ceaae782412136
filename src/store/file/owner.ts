import type { Stats } from 'node:fs';
import { lchown, mkdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Gives a new file to the owner of its directory, so that running with sudo doesn't lock that user out. */
export async function giveToOwnerOf(directory: string, file: FileHandle): Promise<void> {
  const [wanted, actual] = await Promise.all([stat(directory), file.stat()]);
  // Only root can do this. For other users, the owner is already right or can't be changed.
  if (wanted.uid !== actual.uid) await file.chown(wanted.uid, wanted.gid).catch(() => undefined);
}

/** Creates a directory and missing parents (mode 0700) for the existing parent's owner. @throws the system's error */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // Some versions of Node can't inspect a drive's root directory.
  const above = await stat(dirname(first)).catch(() => null);
  if (above === null) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await giveTo(above, made);
}

/** Like `giveToOwnerOf`, for a file that a library has written. @throws the system's error */
export async function giveToOwnerOfDirectory(path: string): Promise<void> {
  await giveTo(await stat(dirname(path)), path);
}

async function giveTo({ uid, gid }: Stats, path: string): Promise<void> {
  if ((await stat(path)).uid !== uid) await lchown(path, uid, gid).catch(() => undefined);
}
