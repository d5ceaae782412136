import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Host } from '../ground/io.ts';
import { parseJson } from '../ground/parse-json.ts';
import { identityFrom, identityOf, ownIdentity, stateOfProcess } from '../ground/process-identity.ts';
import { killGroup } from './browser-process.ts';

const prefix = 'ottokit-tiktok-window-';

/** Says which processes use a profile, so that a later run knows whether it is abandoned. */
const ownerFile = 'owner.json';

/** If we can't tell whether a profile's owner is still running, it counts as abandoned after this many milliseconds. */
const abandonedAfterMs = 86_400_000;

/** The new directory is readable only by this user. @throws the system's error */
export const makeProfile = (temporaryDirectory: string): Promise<string> =>
  mkdtemp(join(resolve(temporaryDirectory), prefix));

/** Records this program and, once it runs, its browser as the profile's users. @throws the system's error */
export async function recordOwner(profile: string, browserPid?: number): Promise<void> {
  const browser = browserPid === undefined ? undefined : identityOf(browserPid);
  await writeFile(join(profile, ownerFile), JSON.stringify({ program: ownIdentity(), browser }));
}

const ownFiles = [ownerFile, 'start.html', 'Default', 'user.js', 'cert_override.txt'];

/** Whether a browser has written to the profile. Snap and Flatpak packages may not see it, so they use another one. */
export const isUsed = async (profile: string): Promise<boolean> =>
  (await readdir(profile).catch(() => [])).some((name) => !ownFiles.includes(name));

/**
 * Deletes a profile and its other directories, retrying if the browser is still writing to them. Returns whether they
 * are gone. Never rejects.
 */
export async function deleteProfile(profile: string, known: readonly string[] = []): Promise<boolean> {
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };
  const directories = new Set([...known, ...(await directoriesOf(profile))]);
  const deletions = Array.from(directories, (directory) => rm(directory, options));
  return (await Promise.allSettled(deletions)).every(({ status }) => status === 'fulfilled');
}

/** Closes the windows and deletes the profiles that killed runs left behind. @param now milliseconds since 1970 */
export async function cleanAbandonedWindows(host: Host, now: number): Promise<void> {
  const { temporaryDirectory, ownProcess } = host;
  const names = await readdir(temporaryDirectory).catch(() => []);
  for (const name of names.filter((found) => found.startsWith(prefix))) {
    const profile = join(temporaryDirectory, name);
    const found = await lstat(profile).catch(() => null);
    // Anyone can write to the temporary directory, so skip links and other users' directories.
    if (found?.isDirectory() !== true || found.uid !== (ownProcess.getuid?.() ?? found.uid)) continue;
    if (await isAbandoned(profile, host, now - found.mtimeMs)) await deleteProfile(profile);
  }
}

async function isAbandoned(profile: string, host: Host, age: number): Promise<boolean> {
  const text = await readFile(join(profile, ownerFile), 'utf8').catch(() => '');
  const written = Object(parseJson(text)) as Readonly<Record<'program' | 'browser', unknown>>;
  const [program, browser] = [identityFrom(written.program), identityFrom(written.browser)];
  const state = program === undefined ? 'unknown' : stateOfProcess(program);
  if (state !== 'gone') return state === 'unknown' && age > abandonedAfterMs;
  if (browser === undefined || stateOfProcess(browser) !== 'running') return true;
  // Unless the start times match, another process may have the browser's id by now.
  if (browser.started === undefined || identityOf(browser.pid).started !== browser.started) return false;
  killGroup(host, browser.pid);
  return true;
}

/** A killed Chromium leaves the socket that the profile links to (chrome/browser/process_singleton_posix.cc). */
export async function directoriesOf(profile: string): Promise<readonly string[]> {
  const directory = dirname(await readlink(join(profile, 'SingletonSocket')).catch(() => ''));
  const hasSocket = /^\.?(org\.chromium|com\.google|com\.microsoft|com\.brave)\.[\w.-]+$/.test(basename(directory));
  return hasSocket ? [directory, profile] : [profile];
}
