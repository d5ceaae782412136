import { lchown, mkdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Gives a new file to the owner of its directory, so that a run with sudo doesn't lock that user out. */
export async function giveToOwnerOf(directory: string, file: FileHandle): Promise<void> {
  const [wanted, actual] = await Promise.all([stat(directory), file.stat()]);
  // Only root can; for other users, the owners are the same or can't be changed.
  if (wanted.uid !== actual.uid) await file.chown(wanted.uid, wanted.gid).catch(() => undefined);
}

/**
 * Creates a directory and its parents with mode 0700, and gives them to the owner of the existing parent directory.
 * @throws the system's error
 */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // A directory that can't be inspected, such as a drive's root in some versions of Node, has no known owner.
  const above = await stat(dirname(first)).catch(() => null);
  if (above === null) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    const { uid } = await stat(made);
    if (uid !== above.uid) await lchown(made, above.uid, above.gid).catch(() => undefined);
  }
}
