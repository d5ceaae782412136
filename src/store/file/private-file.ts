import { constants, type Stats } from 'node:fs';
import { chmod, lchown, lstat, mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { codeOf, isSystemLimit } from '../../ground/errors.ts';
import { whenFree } from './busy.ts';
import { OpenToOthers, reasonOf } from './file-problem.ts';

type FileRead =
  | { readonly state: 'absent' }
  /** Not a regular file, or it can't be opened, read or made private. */
  | { readonly state: 'unreadable'; readonly detail: string }
  | { readonly state: 'too-large' }
  | {
      readonly state: 'read';
      readonly bytes: Buffer;
      /** Whether this read had to make the file private. */
      readonly tightened: boolean;
      readonly stats: Stats;
    };

/** Windows has no permission bits. */
const isExposed = (mode: number): boolean => platform() !== 'win32' && (mode & 0o077) !== 0;

/** `modeless`: the drive doesn't support file modes. `shared`: the directory contains other files, so it stays open. */
type Privacy = 'private' | 'tightened' | 'modeless' | 'shared';

/** @param what names the target in the error's message @throws OpenToOthers if its mode can't be changed */
export async function makePrivate(target: string | FileHandle, what = 'it'): Promise<Privacy> {
  const modeNow = async (): Promise<number> => (await (typeof target === 'string' ? stat(target) : target.stat())).mode;
  const mode = await modeNow();
  if (!isExposed(mode)) return 'private';
  try {
    await (typeof target === 'string' ? chmod(target, mode & 0o700) : target.chmod(mode & 0o700));
  } catch (error) {
    throw new OpenToOthers(`other users can open ${what} and its mode can’t be changed: ${reasonOf(error)}`);
  }
  // A drive without file modes, such as most USB sticks, ignores `chmod`.
  return isExposed(await modeNow()) ? 'modeless' : 'tightened';
}

/** Creates the directory or makes it private. Keeps a shared one as it is, but refuses it if others can write to it. */
export async function ensurePrivateDirectory(path: string, isOurs: (name: string) => boolean): Promise<Privacy> {
  await makeDirectory(path);
  const { mode } = await stat(path);
  if (!isExposed(mode) || (await readdir(path)).every(isOurs)) return await makePrivate(path, 'the directory');
  if ((mode & 0o022) !== 0)
    throw new OpenToOthers('other users can write to the directory, which also contains other files');
  return 'shared';
}

// Windows doesn't have the last two flags, so only the check with `lstat` applies there.
const safeFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Doesn't follow symbolic links or wait for a FIFO. With `tighten`, makes the file private first, if the drive has
 * modes. @throws the system's error if this computer is at a limit
 */
export async function readPrivateFile(
  path: string,
  { limit, tighten }: { readonly limit: number; readonly tighten: boolean },
): Promise<FileRead> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return { state: 'unreadable', detail: 'it is a symbolic link' };
    if (found.isDirectory()) return { state: 'unreadable', detail: 'it is a directory' };
    if (!found.isFile()) return { state: 'unreadable', detail: 'it isn’t a regular file' };
    // Don't retry EPERM and EACCES, which usually mean that this user may not read the file.
    const file = await whenFree(() => open(path, safeFlags), { codes: ['EBUSY'] });
    try {
      const stats = await file.stat();
      const tightened = tighten && (await makePrivate(file)) === 'tightened';
      // The file may have grown since `stat`.
      const bytes = stats.size > limit ? null : await file.readFile();
      if (bytes === null || bytes.length > limit) return { state: 'too-large' };
      return { state: 'read', bytes, tightened, stats };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { state: 'absent' };
    if (isSystemLimit(error)) throw error;
    return { state: 'unreadable', detail: reasonOf(error) };
  }
}

/** Gives a new file or directory to the owner of `directory`, so that running with sudo doesn't lock that user out. */
export async function giveToOwnerOf(directory: string, created: string | FileHandle): Promise<void> {
  const isPath = typeof created === 'string';
  const [{ uid, gid }, actual] = await Promise.all([stat(directory), isPath ? stat(created) : created.stat()]);
  // Only root can do this. For other users, the owner is already right or can't be changed.
  if (uid !== actual.uid) await (isPath ? lchown(created, uid, gid) : created.chown(uid, gid)).catch(() => undefined);
}

/** Creates a directory and missing parents with mode 0700, owned by the parent's owner. @throws the system's error */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let created = path; created.length >= first.length; created = dirname(created))
    // Some versions of Node can't inspect a drive's root directory.
    await giveToOwnerOf(dirname(first), created).catch(() => undefined);
}
