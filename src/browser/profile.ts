import { lstat, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { preferences } from './arguments.ts';
import { isRunning, type OwnProcess } from './own-process.ts';

const prefix = 'ottokit-tiktok-window-';

/**
 * Makes an empty profile below `temporaryRoot`, readable by this user alone and named with this program's process id,
 * so that a later run knows whether it is still in use. Rejects with the system's error.
 */
export async function makeProfile(temporaryRoot: string, own: OwnProcess): Promise<string> {
  const profile = await mkdtemp(join(temporaryRoot, `${prefix}${String(own.pid)}-`));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  return profile;
}

/**
 * Whether the browser uses the profile. One that is packed with a file system of its own (Snap, Flatpak) may get the
 * path and write to another place, which nobody would clear.
 */
export async function isUsed(profile: string): Promise<boolean> {
  return (await readdir(profile).catch(() => [])).some((name) => name !== 'Default');
}

/** Deletes a profile, as often as it takes while the browser still writes. Whether it is gone; never rejects. */
export async function deleteProfile(profile: string): Promise<boolean> {
  try {
    await deleteSocket(profile);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Deletes the profiles whose program is gone without having done so (`kill -9`, power cut). Their browsers have
 * ended: one that is started over a pipe ends when the pipe closes.
 */
export async function cleanAbandonedWindows(temporaryRoot: string, own: OwnProcess): Promise<void> {
  const names = await readdir(temporaryRoot).catch(() => []);
  for (const name of names) {
    const owner = new RegExp(`^${prefix}(\\d+)-\\w+$`).exec(name)?.[1];
    if (owner === undefined || isRunning(own, Number(owner))) continue;
    const profile = join(temporaryRoot, name);
    if (await isOurs(profile, own)) await deleteProfile(profile);
  }
}

/** A directory, not a link to one, that belongs to this user; the temporary root may be everybody's. */
async function isOurs(path: string, own: OwnProcess): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === (own.getuid?.() ?? found.uid);
}

/**
 * The browser makes a directory for a socket in the system's temporary directory and leaves it there when it is
 * killed; the profile has a link to it (Chromium, chrome/browser/process_singleton_posix.cc).
 */
async function deleteSocket(profile: string): Promise<void> {
  const target = await readlink(join(profile, 'SingletonSocket')).catch(() => null);
  if (target === null) return;
  const directory = dirname(target);
  if (/^\.?(org\.chromium|com\.google|com\.microsoft|com\.brave)\.[\w.-]+$/.test(basename(directory))) {
    await rm(directory, { recursive: true, force: true });
  }
}
