import { fail, type Failure } from '../../ground/errors.ts';
import type { Database } from './database.ts';
import { isWithoutSchema, wasCreatedByAnother } from './database-failure.ts';
import type { Row, SealedRow } from './rows.ts';
import { schemaSql } from './schema.ts';

/** The only row of the table `store`. */
export interface StoreRow {
  readonly schema_version: number;
  readonly key_id: string | null;
  readonly wrapped_key: string | null;
}

const schema = 'ottokit_tiktok';

/** Returns `null` if the database has no tables yet. */
export async function readStoreRow(database: Database): Promise<StoreRow | null> {
  try {
    const rows = await database.query<StoreRow>(`SELECT schema_version, key_id, wrapped_key FROM ${schema}.store`);
    return rows[0] ?? null;
  } catch (error) {
    if (isWithoutSchema(error)) return null;
    throw error;
  }
}

/** Creates the tables unless they exist. PostgreSQL runs statements that are sent together in one transaction. */
export async function makeSchema(database: Database): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.query(schemaSql);
      return;
    } catch (error) {
      if (!wasCreatedByAnother(error) || attempt === 5) throw error;
    }
  }
}

/** Replaces the wrapped key `before` (`null` in a new store). `false`: another command has replaced it already. */
export async function replaceWrappedKey(
  database: Database,
  before: string | null,
  keyId: string,
  wrapped: string,
): Promise<boolean> {
  // Also matches the new key, because the statement is sent again if the response was lost.
  const text = `UPDATE ${schema}.store SET key_id = $2, wrapped_key = $3
    WHERE wrapped_key IS NOT DISTINCT FROM $1 OR wrapped_key = $3 RETURNING 1`;
  return (await database.query(text, [before, keyId, wrapped])).length > 0;
}

export async function readNames(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>(`SELECT name FROM ${schema}.profiles ORDER BY name COLLATE "C"`);
  return rows.map(({ name }) => name);
}

/** Reads all rows, or those with these names, sorted by name. */
export async function readRows(database: Database, names?: readonly string[]): Promise<readonly Row[]> {
  const text = `SELECT p.name, p.version, p.key_id, p.sealed, c.version AS claimed_version
    FROM ${schema}.profiles p LEFT JOIN ${schema}.claims c ON c.name = p.name
    ${names === undefined ? '' : 'WHERE p.name = ANY($1)'} ORDER BY p.name COLLATE "C"`;
  return await database.query<Row>(text, names === undefined ? [] : [names]);
}

/**
 * Replaces the row if it has version `before`, or adds one if that is `null`, and releases `holder`'s claim in the same
 * statement. Returns `false` if another process has changed the row.
 */
export async function writeRow(
  database: Database,
  { name, version, key_id, sealed }: SealedRow,
  before: string | null,
  holder: string | null,
): Promise<boolean> {
  const write =
    before === null
      ? `INSERT INTO ${schema}.profiles (name, version, key_id, sealed) SELECT $1, $2, $3, $4
         WHERE $5::bigint IS NULL ON CONFLICT DO NOTHING`
      : `UPDATE ${schema}.profiles SET version = $2, key_id = $3, sealed = $4 WHERE name = $1 AND version = $5`;
  // Another process may have deleted the claim of a new profile after its lease ended.
  const text = `WITH written AS (${write} RETURNING name, version)
    INSERT INTO ${schema}.claims AS c (name, version) SELECT name, version FROM written
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, holder = NULLIF(c.holder, $6) RETURNING 1`;
  return (await database.query(text, [name, version, key_id, sealed, before, holder], false)).length > 0;
}

/** Returns the failure if another process has changed a profile in the meantime. */
export const profileChanged = ({ location }: Database, profile = ''): Failure =>
  fail('profile-changed', { profile, store: location });

/** Adds all of these rows, or none. @throws Failure profile-changed if one of the names is taken */
export async function addRows(database: Database, rows: readonly SealedRow[]): Promise<void> {
  const text = `WITH given AS (
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) AS g (name, version, key_id, sealed)
    ), written AS (
      INSERT INTO ${schema}.profiles (name, version, key_id, sealed) SELECT name, version, key_id, sealed FROM given
      WHERE NOT EXISTS (SELECT 1 FROM ${schema}.profiles p WHERE p.name = ANY($1::text[])) RETURNING name, version
    ) INSERT INTO ${schema}.claims (name, version) SELECT name, version FROM written
      ON CONFLICT (name) DO UPDATE SET version = excluded.version RETURNING 1`;
  const columns = ['name', 'version', 'key_id', 'sealed'] as const;
  const values = columns.map((column) => rows.map((row) => row[column]));
  const added = await database.query(text, values, false);
  if (added.length !== rows.length) throw profileChanged(database, rows[0]?.name);
}

/**
 * Removes all of these rows, or none. Rows that are gone already don't matter, because the statement is sent again if
 * its answer was lost. @throws Failure profile-changed if one of them has changed in the meantime
 */
export async function deleteRows(
  database: Database,
  rows: readonly Pick<SealedRow, 'name' | 'version'>[],
): Promise<void> {
  const text = `WITH given AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS g (name, version)), found AS (
      SELECT p.name, p.version <> g.version AS changed FROM ${schema}.profiles p JOIN given g ON p.name = g.name
      FOR UPDATE OF p
    ), gone AS (
      DELETE FROM ${schema}.profiles WHERE name IN (SELECT name FROM found) AND NOT EXISTS (SELECT FROM found WHERE changed)
      RETURNING name
    ), ended AS (DELETE FROM ${schema}.claims WHERE name IN (SELECT name FROM gone))
    SELECT name FROM found WHERE changed`;
  const values = [rows.map(({ name }) => name), rows.map(({ version }) => version)];
  const [changed] = await database.query<{ name: string }>(text, values);
  if (changed !== undefined) throw profileChanged(database, changed.name);
}

/** Returns the rights that this role needs but doesn't have, such as `INSERT on profiles`; `''` for none. */
export async function missingRights(database: Database): Promise<string> {
  // Among writes of profiles, only the first one changes `store`, to add the new key.
  const text = `WITH needed (table_name, right_needed) AS (
      SELECT * FROM unnest(ARRAY['profiles', 'claims']) AS t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r
      UNION ALL SELECT 'store', 'UPDATE' FROM ${schema}.store WHERE key_id IS NULL
    ) SELECT string_agg(right_needed || ' on ' || table_name, ', ') AS missing FROM needed
    WHERE NOT has_table_privilege('${schema}.' || table_name, right_needed)`;
  return (await database.query<{ missing: string | null }>(text))[0]?.missing ?? '';
}
