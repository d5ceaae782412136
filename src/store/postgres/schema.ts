/** Stored in the only row of `store`, so that an older program doesn't touch a newer schema. */
export const schemaVersion = 1;

/** `store sql` prints this, and the first write runs it. `claims` repeats the versions to detect restored old rows. */
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
