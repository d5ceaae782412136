import { defined } from '../../ground/defined.ts';
import { isFailure } from '../../ground/errors.ts';
import type { Clock } from '../../ground/io.ts';
import { inspectKeyFile } from '../file/inspect.ts';
import { keysDirectoryOf } from '../file/store-paths.ts';
import type { BackendCode, StoreFinding } from '../store.ts';
import { readAddress } from './address.ts';
import { openDatabase, type Database } from './database.ts';
import { missingRights, readStoreRow, schemaVersion, wrongVersion } from './schema.ts';

/** In seconds. With a larger difference between the clocks, leases and expiry times are unreliable. */
const clockTolerance = 30;

/** In milliseconds. Less than a check's deadline, so that `doctor` can say which database doesn't answer. */
const timeout = 5_000;

/** Checks the connection, TLS, version, rights, schema, clocks and round-trip time. Changes nothing. */
export const inspectDatabase: BackendCode['inspect'] = async (url, io) => {
  const address = readAddress(url, io.env);
  const database = openDatabase(address, timeout);
  const { location } = database;
  const facts = { directory: '', path: location, exists: true };
  try {
    const { version, readOnly, mayCreate, ahead, milliseconds } = await askServer(database, io.clock);
    const row = await readStoreRow(database);
    const tls = address.sslMode === 'disable' ? 'without TLS' : 'encrypted with TLS';
    const findings: StoreFinding[] = [
      pass(`connected to ${location} (PostgreSQL ${version}), ${tls}`),
      pass(`a round trip takes ${milliseconds.toFixed(1)} ms`),
      ...(readOnly ? [standby] : []),
      ...(row === null
        ? [mayCreate ? willBeCreated : cannotCreate]
        : await tableFindings(database, row.schema_version)),
      clockFinding(ahead),
    ];
    const keyFile = row?.key_id ? await inspectKeyFile(keysDirectoryOf(io), row.key_id) : undefined;
    return { ...facts, findings, ...defined({ keyFile: keyFile?.mode === undefined ? undefined : keyFile }) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...facts, findings: [], failure: error };
  } finally {
    database.close();
  }
};

const pass = (detail: string): StoreFinding => ({ status: 'pass', detail });
const failed = (detail: string, fix: string): StoreFinding => ({ status: 'fail', detail, fix });

const standby = failed(
  'the database is read-only; it may be a standby',
  'Name the primary server in the store’s address.',
);
const willBeCreated = pass('the tables will be created with the first profile');
const cannotCreate = failed(
  'there are no tables, and this role isn’t allowed to create them',
  'Ask the owner of the database to run what `ottokit-tiktok store sql` prints, and to let this role read and write the tables.',
);

/** `ahead`: how far the database's clock is ahead of ours, in seconds. `milliseconds`: the time of a round trip. */
async function askServer(database: Database, clock: Clock) {
  // The first query connects, so the second one is timed.
  await database.query('SELECT 1');
  const before = clock.now();
  const [server] = await database.query<{ version: string; readOnly: boolean; mayCreate: boolean; now: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('transaction_read_only') = 'on' AS "readOnly",
      has_database_privilege(current_database(), 'CREATE') AS "mayCreate",
      extract(epoch FROM clock_timestamp())::text AS now`,
  );
  const after = clock.now();
  if (server === undefined) throw new Error('SELECT returned no row');
  return { ...server, ahead: Number(server.now) - (before + after) / 2_000, milliseconds: after - before };
}

async function tableFindings(database: Database, found: number): Promise<readonly StoreFinding[]> {
  const version = `the tables have version ${String(found)}`;
  if (found !== schemaVersion) {
    const { fix } = wrongVersion(database.location, found);
    return [failed(`${version}, and this program needs ${String(schemaVersion)}`, fix)];
  }
  const missing = await missingRights(database);
  if (missing === '') return [pass(`${version}, and this role may read and write them`)];
  return [
    pass(version),
    failed(`this role is missing ${missing}`, 'Ask the owner of the database to grant these rights.'),
  ];
}

function clockFinding(ahead: number): StoreFinding {
  const detail = `this computer’s and the database’s clocks differ by ${Math.abs(ahead).toFixed(1)} s`;
  if (Math.abs(ahead) <= clockTolerance) return pass(detail);
  return { status: 'warn', detail, fix: 'Turn on automatic time on both computers.' };
}
