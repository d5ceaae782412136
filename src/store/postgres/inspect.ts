import { defined } from '../../ground/defined.ts';
import { isFailure } from '../../ground/errors.ts';
import type { Clock } from '../../ground/io.ts';
import type { Backend, StoreFinding } from '../backend.ts';
import { readAddress } from './address.ts';
import { openDatabase, type Database } from './database.ts';
import { missingRights, readStoreRow } from './profile-rows.ts';
import { schemaVersion } from './schema.ts';

/** The difference between two clocks, in seconds, from which leases and expiry times are unreliable. */
const clockTolerance = 30;

/**
 * Checks what a store needs from the database: connection, TLS, version, rights, schema, clock difference, round trip.
 * Stops at the first failure. Changes nothing.
 */
export const inspectDatabase: Backend['inspect'] = async (url, { clock }) => {
  const database = openDatabase(readAddress(url));
  const { location } = database;
  try {
    const server = await askServer(database, clock);
    const row = await readStoreRow(database);
    const findings: StoreFinding[] = [
      {
        status: 'pass',
        detail: `${database.location} answers, ${encryptionOf(database)}, PostgreSQL ${server.version}`,
      },
      { status: 'pass', detail: `a round trip takes ${server.milliseconds.toFixed(1)} ms` },
      ...(server.standby ? [readOnly] : []),
      schemaFinding(row?.schema_version),
      ...(row === null ? [] : [await rightsFinding(database)]),
      clockFinding(server.ahead),
    ];
    const keyId = row?.key_id ?? undefined;
    return { location, findings, ...defined({ keyId }) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { location, findings: [{ status: 'fail', detail: error.message, fix: error.fix }] };
  } finally {
    await database.close();
  }
};

const readOnly: StoreFinding = {
  status: 'fail',
  detail: 'the database is read-only, like a standby',
  fix: 'Name the primary server in the store’s address.',
};

interface Server {
  readonly version: string;
  readonly standby: boolean;
  /** How far the database's clock is ahead of this one, in seconds. */
  readonly ahead: number;
  readonly milliseconds: number;
}

async function askServer(database: Database, clock: Clock): Promise<Server> {
  // The first query connects, so the second one is timed.
  await database.query('SELECT 1');
  const before = clock.now();
  const [row] = await database.query<{ version: string; standby: boolean; now: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('transaction_read_only') = 'on' AS standby,
      extract(epoch FROM clock_timestamp())::text AS now`,
  );
  const after = clock.now();
  const { version = 'unknown', standby = false, now = '0' } = row ?? {};
  const ahead = Number(now) - (before + after) / 2_000;
  return { version, standby, ahead, milliseconds: after - before };
}

const encryptionOf = ({ encrypted }: Database): string =>
  encrypted ? 'encrypted with TLS' : 'without TLS on this computer';

function schemaFinding(found: number | undefined): StoreFinding {
  if (found === undefined) return { status: 'pass', detail: 'the tables will be created with the first profile' };
  if (found === schemaVersion) return { status: 'pass', detail: `the tables have version ${String(found)}` };
  return {
    status: 'fail',
    detail: `the tables have version ${String(found)}, and this program needs ${String(schemaVersion)}`,
    fix: 'Run the newest version: `npx ottokit-tiktok@latest status`.',
  };
}

async function rightsFinding(database: Database): Promise<StoreFinding> {
  const missing = await missingRights(database);
  if (missing === '') return { status: 'pass', detail: 'this role may read and write them' };
  return {
    status: 'fail',
    detail: `this role is missing ${missing}`,
    fix: 'Ask the owner of the database to grant these rights.',
  };
}

function clockFinding(ahead: number): StoreFinding {
  const detail = `the clocks differ by ${Math.abs(ahead).toFixed(1)} s`;
  if (Math.abs(ahead) <= clockTolerance) return { status: 'pass', detail };
  return { status: 'warn', detail, fix: 'Set both clocks to automatic time.' };
}
