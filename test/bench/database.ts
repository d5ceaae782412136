import { existsSync } from 'node:fs';
import { openStore } from '../../src/store/open-store.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { passphrase } from '../store/postgres/fleet.ts';
import { startServer, type Server } from '../store/postgres/server.ts';
import type { Measured } from './measured.ts';
import { environment, ioOf, type UserEnv } from './stores.ts';
import type { Row } from './table.ts';

/** Why the database can't be measured here; `null` if it can. */
export function databaseObstacle(): string | null {
  if (!existsSync('/usr/lib/postgresql')) return 'Debian’s package postgresql is not installed';
  if (process.getuid?.() !== 0) return 'that needs root, for PostgreSQL’s own user and for network namespaces';
  return null;
}

export interface MeasuredServer extends Measured {
  readonly server: Server;
}

/** Wraps a measurement so that it gets its own PostgreSQL server. */
export const withServer =
  (rowsOf: (measured: MeasuredServer) => Promise<readonly Row[]>) =>
  async (measured: Measured): Promise<readonly Row[]> => {
    const server = await startServer();
    try {
      return await rowsOf({ ...measured, server });
    } finally {
      await server.stop();
    }
  };

/** Stores these profiles in a new database, with the data key in a key file. Returns the environment to open it. */
export async function userOfDatabase(
  { place, server }: MeasuredServer,
  name: string,
  profiles: readonly Profile[],
): Promise<UserEnv> {
  const OTTOKIT_TIKTOK_STORE = await server.database(name);
  const env = { ...environment(place, `database-${name}`), OTTOKIT_TIKTOK_STORE };
  const io = ioOf({ ...env, OTTOKIT_TIKTOK_PASSPHRASE: passphrase });
  const store = await openStore({ io, keychain: null });
  await store.addAll(profiles);
  await store.moveKey({ to: 'key-file' });
  return env;
}
