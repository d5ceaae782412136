import { lchown, mkdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Gives a new file to the user whose directory it is in: a run with sudo must not lock that user out. */
export async function giveToOwnerOf(directory: string, file: FileHandle): Promise<void> {
  const [wanted, actual] = await Promise.all([stat(directory), file.stat()]);
  // Only root may; for everyone else the two are the same, or nothing can be done.
  if (wanted.uid !== actual.uid) await file.chown(wanted.uid, wanted.gid).catch(() => undefined);
}

/**
 * Makes a directory and those above it, 0700, and gives them to the owner of the directory that was there before.
 * @throws the system's error
 */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // A directory that can't be looked at, such as a drive's root in some versions of Node, has no owner to give it to.
  const above = await stat(dirname(first)).catch(() => null);
  if (above === null) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    const { uid } = await stat(made);
    if (uid !== above.uid) await lchown(made, above.uid, above.gid).catch(() => undefined);
  }
}
