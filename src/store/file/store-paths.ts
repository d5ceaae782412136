import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '../../ground/io.ts';

/** Where the parts of the store are. */
export interface StorePaths {
  readonly directory: string;
  readonly path: string;
  readonly lockPath: string;
  readonly keysDirectory: string;
}

export function storePathsOf({
  configDirectory,
  dataDirectory,
}: Pick<Io, 'configDirectory' | 'dataDirectory'>): StorePaths {
  return {
    directory: configDirectory,
    path: join(configDirectory, 'connections'),
    lockPath: join(configDirectory, 'connections.lock'),
    keysDirectory: join(dataDirectory, 'keys'),
  };
}

/** Whether there is surely no store; what is in the way of knowing, opening it tells. */
export function isAbsent({ path }: StorePaths): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
