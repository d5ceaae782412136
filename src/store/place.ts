import { join } from 'node:path';
import type { Io } from '../io.ts';

/** Where the parts of the store are. */
export interface Place {
  readonly directory: string;
  readonly path: string;
  readonly lockPath: string;
  readonly keysDirectory: string;
}

export function placeOf({ configDirectory, dataDirectory }: Pick<Io, 'configDirectory' | 'dataDirectory'>): Place {
  return {
    directory: configDirectory,
    path: join(configDirectory, 'connections'),
    lockPath: join(configDirectory, 'connections.lock'),
    keysDirectory: join(dataDirectory, 'keys'),
  };
}
