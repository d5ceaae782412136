import { stat } from 'node:fs/promises';
import { defined } from '../../ground/defined.ts';
import type { Clock, Io } from '../../ground/io.ts';
import { keyFilePath } from '../keys/key-file.ts';
import type { StoreInspection } from '../store.ts';
import { isLeftBehind } from './dead-lock.ts';
import { reasonOf } from './file-problem.ts';
import { readLockFile } from './lock-file.ts';
import { examineStoreFile } from './store-file.ts';
import { storePathsOf } from './store-paths.ts';

/** Changes nothing. @throws Failure directory-unknown; as `examineStoreFile` */
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

async function inspectLock(lockPath: string, clock: Clock): Promise<StoreInspection['lock']> {
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
