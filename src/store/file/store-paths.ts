import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';

type Directories = Pick<Io, 'configDirectory' | 'dataDirectory'>;

/** The paths of the store's parts. */
export const storePathsOf = ({ configDirectory, dataDirectory }: Directories) => ({
  directory: configDirectory,
  path: join(configDirectory, 'connections'),
  lockPath: join(configDirectory, 'connections.lock'),
  keysDirectory: join(dataDirectory, 'keys'),
});

export type StorePaths = Readonly<ReturnType<typeof storePathsOf>>;

/** Whether there is certainly no store, or no place for one. If that isn't known, opening the store gives the reason. */
export function isAbsent(io: Directories): boolean {
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
