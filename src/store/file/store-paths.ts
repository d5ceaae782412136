import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';

/** The paths of the store's parts. */
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

/** Whether there is certainly no store, or no place for one. If that isn't known, opening the store gives the reason. */
export function isAbsent(io: Pick<Io, 'configDirectory' | 'dataDirectory'>): boolean {
  try {
    return lstatSync(storePathsOf(io).path, { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return isFailure(error) && error.code === 'directory-unknown';
  }
}

/** Whether the store, or the settings beside it, use files with this name in the configuration directory. */
export const isStoreFile = (name: string): boolean => /^(connections|settings\.json)(\.|$)/.test(name);

/** Whether a file with this name belongs in the directory of key files. */
export const isKeyFile = (name: string): boolean => /^[0-9a-f]{32}\.key(\.|$)/.test(name);
