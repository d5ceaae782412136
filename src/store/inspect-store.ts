import { defined } from '../ground/defined.ts';
import type { Io } from '../ground/io.ts';
import { backendAt, isFile } from './backends.ts';
import { inspectFileStore, inspectKeyFile, type StoreInspection } from './file/inspect.ts';
import { storePathsOf } from './file/store-paths.ts';

/** Looks at the store that is in use, without its key. Changes nothing, asks nobody. @throws Failure usage */
export async function inspectStore(
  io: Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock' | 'env'>,
): Promise<StoreInspection> {
  const named = io.env['OTTOKIT_TIKTOK_STORE'];
  if (isFile(named)) return await inspectFileStore(io);
  const { location, keyId, findings, failure } = await backendAt(named).inspect(named, io);
  const paths = storePathsOf(io);
  const keyFile = keyId === undefined ? undefined : await inspectKeyFile(paths, keyId);
  const kept = keyFile?.mode === undefined ? undefined : keyFile;
  return { directory: paths.directory, path: location, exists: true, findings, ...defined({ keyFile: kept, failure }) };
}
