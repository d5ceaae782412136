import { stat } from 'node:fs/promises';
import { defined } from '../../ground/defined.ts';
import type { Clock, Io } from '../../ground/io.ts';
import type { Inspected } from '../store.ts';
import { keyFilePath } from '../keys/key-file.ts';
import { isLeftBehind } from './dead-lock.ts';
import { reasonOf } from './file-problem.ts';
import { readLockFile } from './lock-file.ts';
import { examineStoreFile } from './store-file.ts';
import { storePathsOf } from './store-paths.ts';

/** `pid` is absent if it couldn't be read. `problem`: something other than a lock is in its place. */
type LockReport = { readonly pid?: number; readonly alive: boolean } | { readonly problem: string };

/** The facts about a store that don't need its key. Modes are permission bits, absent if they couldn't be read. */
export interface StoreInspection extends Partial<Pick<Inspected, 'failure'>> {
  /** The store file's directory; empty for a database. */
  readonly directory: string;
  readonly path: string;
  readonly directoryMode?: number;
  readonly fileMode?: number;
  /** Whether anything is at `path`; `true` for a database. */
  readonly exists: boolean;
  readonly keyFile?: { readonly path: string; readonly mode?: number; readonly directoryMode?: number };
  readonly lock?: LockReport;
  /** The findings about a database, instead of the facts about a file. */
  readonly findings?: Inspected['findings'];
  /** Why the file can't be read. Opening it reports other problems. */
  readonly unreadable?: string;
}

/** Changes nothing. @throws Failure directory-unknown */
export async function inspectFileStore(
  io: Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock'>,
): Promise<StoreInspection> {
  const { directory, path, lockPath, keysDirectory } = storePathsOf(io);
  const file = await examineStoreFile(path, false);
  const key = file.state === 'sealed' ? file.envelope.key : undefined;
  const optional = defined({
    directoryMode: await modeOf(directory),
    fileMode: await modeOf(path),
    keyFile: key?.source === 'key-file' ? await inspectKeyFile(keysDirectory(), key.id) : undefined,
    lock: await inspectLock(lockPath, io.clock),
    unreadable: file.state === 'unreadable' ? file.detail : undefined,
  });
  return { directory, path, exists: file.state !== 'absent', ...optional };
}

export async function inspectKeyFile(keysDirectory: string, id: string) {
  const path = keyFilePath(keysDirectory, id);
  return { path, ...defined({ mode: await modeOf(path), directoryMode: await modeOf(keysDirectory) }) };
}

async function inspectLock(lockPath: string, clock: Clock): Promise<LockReport | undefined> {
  try {
    const lock = await readLockFile(lockPath);
    if (lock === null) return undefined;
    const alive = !(await isLeftBehind(lockPath, lock, clock));
    return { alive, ...defined({ pid: lock.owner?.pid }) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && found.mode & 0o777;
}
