/** The schema's version, in its only row. An older program leaves a newer schema alone. */
export const schemaVersion = 1;

/** What `store sql` prints and the first write runs. `claims` repeats the versions, to detect a restored older row. */
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
  -- The version that the profile has; NULL before there is one.
  version bigint,
  -- Who changes the profile now, and until when, on the database's clock.
  holder text,
  until timestamptz
);
INSERT INTO ottokit_tiktok.store (schema_version) VALUES (${String(schemaVersion)}) ON CONFLICT DO NOTHING;
`;
