import type { Io } from '../ground/io.ts';
import { inspectFileStore, inspectKeyFile, type StoreInspection } from './file/inspect.ts';
import { storePathsOf } from './file/store-paths.ts';

/** Looks at the store that is in use, without its key. Changes nothing, asks nobody. @throws Failure usage */
export async function inspectStore(
  io: Pick<Io, 'configDirectory' | 'dataDirectory' | 'clock' | 'env'>,
): Promise<StoreInspection> {
  const named = io.env['OTTOKIT_TIKTOK_STORE'] ?? '';
  if (named === '' || named === 'file') return await inspectFileStore(io);
  const { inspectDatabase } = await import('./postgres/inspect.ts');
  const { location, keyId, findings } = await inspectDatabase(named, io);
  const paths = storePathsOf(io);
  const keyFile = keyId === undefined ? undefined : await inspectKeyFile(paths, keyId);
  return {
    directory: paths.directory,
    path: location,
    exists: true,
    database: findings,
    ...(keyFile?.mode === undefined ? {} : { keyFile }),
  };
}
