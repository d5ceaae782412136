import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';

type Directories = Pick<Io, 'configDirectory' | 'dataDirectory'>;

/** Not the store's directory, so that a copy of that directory can't be decrypted. @throws Failure directory-unknown */
export const keysDirectoryOf = (io: Pick<Io, 'dataDirectory'>): string => join(io.dataDirectory(), 'keys');

/** @throws Failure directory-unknown */
export function storePathsOf(io: Directories) {
  const directory = io.configDirectory();
  return {
    directory,
    path: join(directory, 'connections'),
    lockPath: join(directory, 'connections.lock'),
    /** A function, because a store without a key file doesn't need the directory. @throws Failure directory-unknown */
    keysDirectory: () => keysDirectoryOf(io),
  };
}

export type StorePaths = Readonly<ReturnType<typeof storePathsOf>>;

/** Whether there is no store file, or no known directory for one. Returns `false` if that can't be checked. */
export function isAbsent(io: Directories): boolean {
  try {
    return lstatSync(storePathsOf(io).path, { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return isFailure(error) && error.code === 'directory-unknown';
  }
}

/** Also true for the settings, which are in the same directory. */
export const isStoreFile = (name: string): boolean => /^(connections|settings\.json)(\.|$)/.test(name);

export const isKeyFile = (name: string): boolean => /^[0-9a-f]{32}\.key(\.|$)/.test(name);
