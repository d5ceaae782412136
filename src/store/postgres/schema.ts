import { fail, type Failure } from '../../ground/errors.ts';
import type { Database } from './database.ts';
import { isWithoutSchema } from './database-failure.ts';

/** Stored in the only row of `store`, so that an older program doesn't touch a newer schema. */
export const schemaVersion = 1;

export const wrongVersion = (path: string, format: number): Failure =>
  fail(format > schemaVersion ? 'store-newer' : 'store-older', { path, format });

/** The first write runs this in one transaction. `claims` repeats the versions, to detect restored old rows. */
export const schemaSql = `CREATE SCHEMA IF NOT EXISTS ottokit_tiktok;
CREATE TABLE IF NOT EXISTS ottokit_tiktok.store (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  schema_version integer NOT NULL,
  -- The data key, encrypted with the team's passphrase.
  key_id text,
  wrapped_key text
);
CREATE TABLE IF NOT EXISTS ottokit_tiktok.profiles (
  name text PRIMARY KEY,
  version bigint NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS ottokit_tiktok.claims (
  name text PRIMARY KEY,
  -- The profile's version; NULL until it is created.
  version bigint,
  -- Who is changing the profile, and until when by the database's clock.
  holder text,
  until timestamptz
);
INSERT INTO ottokit_tiktok.store (schema_version) VALUES (${String(schemaVersion)}) ON CONFLICT DO NOTHING;
`;

export interface StoreRow {
  readonly schema_version: number;
  readonly key_id: string | null;
  readonly wrapped_key: string | null;
}

/** Returns `null` if the database has no tables yet. */
export async function readStoreRow(database: Database): Promise<StoreRow | null> {
  try {
    const rows = await database.query<StoreRow>(`SELECT schema_version, key_id, wrapped_key FROM ottokit_tiktok.store`);
    return rows[0] ?? null;
  } catch (error) {
    if (isWithoutSchema(error)) return null;
    throw error;
  }
}

/** Whether there are profiles, but no key. The first write would give such a database another key. */
export async function hasLostKey(database: Database): Promise<boolean> {
  const text = `SELECT FROM ottokit_tiktok.profiles
    WHERE NOT EXISTS (SELECT FROM ottokit_tiktok.store WHERE key_id IS NOT NULL) LIMIT 1`;
  try {
    return (await database.query(text)).length > 0;
  } catch (error) {
    if (isWithoutSchema(error)) return false;
    throw error;
  }
}

/** Returns the rights that this role needs but doesn't have, such as `INSERT on profiles`; `''` for none. */
export async function missingRights(database: Database): Promise<string> {
  // Writing profiles changes `store` only the first time, to add the new key.
  const text = `WITH needed (table_name, right_needed) AS (
      SELECT * FROM unnest(ARRAY['profiles', 'claims']) AS t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r
      UNION ALL SELECT 'store', 'UPDATE' FROM ottokit_tiktok.store WHERE key_id IS NULL
    ) SELECT string_agg(right_needed || ' on ' || table_name, ', ') AS missing FROM needed
    WHERE NOT has_table_privilege('ottokit_tiktok.' || table_name, right_needed)`;
  return (await database.query<{ missing: string | null }>(text))[0]?.missing ?? '';
}
