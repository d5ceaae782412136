import { chmod, lstat, stat } from 'node:fs/promises';
import type { Io } from '../../ground/io.ts';
import { codeOf } from '../../ground/system-error.ts';
import { parseFile } from './envelope.ts';
import { keyFilePath } from '../keys/key-file.ts';
import { inspectLock, type LockReport } from './inspect-lock.ts';
import { storePathsOf, type StorePaths } from './store-paths.ts';
import { ensurePrivateDirectory, isKeyFile, isStoreFile } from './private-directory.ts';
import { isLoose, readPrivateFile } from './private-file.ts';
import type { KeySource } from '../store.ts';
import { FileProblem, reasonOf } from './file-problem.ts';

type Where = Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>;

/** One thing that `doctor` says about a database, in words. */
export interface StoreFinding {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly detail: string;
  readonly fix?: string;
}

/** What can be said about the store without its key. Modes are permission bits; absent where there is nothing. */
export interface StoreInspection {
  readonly directory: string;
  readonly path: string;
  readonly directoryMode?: number;
  readonly fileMode?: number;
  /** Whether anything is at `path`. */
  readonly exists: boolean;
  readonly header?: { readonly format: number; readonly keySource: KeySource; readonly keyId: string };
  /** The key file that the header names. */
  readonly keyFile?: { readonly path: string; readonly mode?: number; readonly directoryMode?: number };
  readonly lock?: LockReport;
  /** What a database says; the file is not looked at then. */
  readonly database?: readonly StoreFinding[];
  readonly problem?: { readonly kind: 'unreadable' | 'damaged' | 'older' | 'newer'; readonly detail: string };
}

/** Looks at the store and changes nothing: opens no key, asks nobody, never fails. */
export async function inspectFileStore(io: Where): Promise<StoreInspection> {
  const place = storePathsOf(io);
  const { directory, path } = place;
  const [directoryMode, fileMode, file, lock] = await Promise.all([
    modeOf(directory),
    modeOf(path),
    inspectFile(place),
    inspectLock(io),
  ]);
  return {
    directory,
    path,
    ...(directoryMode === undefined ? {} : { directoryMode }),
    ...(fileMode === undefined ? {} : { fileMode }),
    ...(lock === undefined ? {} : { lock }),
    ...file,
  };
}

async function inspectFile(
  place: StorePaths,
): Promise<Pick<StoreInspection, 'exists' | 'header' | 'keyFile' | 'problem'>> {
  const file = await readPrivateFile(place.path, { limit: 16 * 1_048_576, tighten: false });
  if (file.state === 'absent') return { exists: false };
  const problem = (kind: 'unreadable' | 'damaged' | 'older' | 'newer', detail: string) => ({
    exists: true,
    problem: { kind, detail },
  });
  if (file.state === 'unusable') return problem('unreadable', file.detail);
  const parsed = file.state === 'too-large' ? ({ state: 'damaged' } as const) : parseFile(file.bytes);
  if (parsed.state === 'damaged') return problem('damaged', 'it was not written by this program, or was changed since');
  if (parsed.state !== 'sealed') return problem(parsed.state, `it has format ${String(parsed.format)}`);
  const { format, key } = parsed.envelope;
  const { source: keySource, id: keyId } = key;
  return {
    exists: true,
    header: { format, keySource, keyId },
    ...(keySource === 'key-file' ? { keyFile: await inspectKeyFile(place, keyId) } : {}),
  };
}

export async function inspectKeyFile(
  { keysDirectory }: StorePaths,
  id: string,
): Promise<NonNullable<StoreInspection['keyFile']>> {
  const path = keyFilePath(keysDirectory, id);
  const [mode, directoryMode] = await Promise.all([modeOf(path), modeOf(keysDirectory)]);
  return { path, ...(mode === undefined ? {} : { mode }), ...(directoryMode === undefined ? {} : { directoryMode }) };
}

/** What `tightenPermissions` did: the paths that only this user can open now, and those that could not be changed. */
export interface Tightened {
  readonly tightened: readonly string[];
  readonly failed: readonly { readonly path: string; readonly detail: string }[];
}

/** Makes the store, its key file and their directories private where they are not. */
export async function tightenPermissions(io: Where): Promise<Tightened> {
  const { directory, path, keysDirectory } = storePathsOf(io);
  const { keyFile } = await inspectFileStore(io);
  const attempts = [
    await attempt(directory, () => tightenDirectory(directory, isStoreFile)),
    await attempt(path, () => tightenFile(path)),
    await attempt(keysDirectory, () => tightenDirectory(keysDirectory, isKeyFile)),
    ...(keyFile === undefined ? [] : [await attempt(keyFile.path, () => tightenFile(keyFile.path))]),
  ];
  return {
    tightened: attempts.filter(({ done }) => done === true).map(({ path: tightened }) => tightened),
    failed: attempts.flatMap(({ path: failed, detail }) => (detail === undefined ? [] : [{ path: failed, detail }])),
  };
}

async function attempt(
  path: string,
  tighten: () => Promise<boolean>,
): Promise<{ path: string; done?: boolean; detail?: string }> {
  try {
    return { path, done: await tighten() };
  } catch (error) {
    return { path, detail: reasonOf(error) };
  }
}

const keepsNoModes = 'its drive keeps no file modes';

async function tightenDirectory(path: string, isOurs: (name: string) => boolean): Promise<boolean> {
  if ((await modeOf(path)) === undefined) return false;
  const privacy = await ensurePrivateDirectory(path, isOurs);
  if (privacy === 'modeless') throw new FileProblem(keepsNoModes);
  return privacy === 'tightened';
}

async function tightenFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isFile() !== true || !isLoose(found.mode)) return false;
  await chmod(path, found.mode & 0o700);
  if (isLoose((await lstat(path)).mode)) throw new FileProblem(keepsNoModes);
  return true;
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return undefined;
  }
}
