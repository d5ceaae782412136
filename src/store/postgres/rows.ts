import { fail, type Failure } from '../../ground/errors.ts';
import { bytesOf, partsOf, seal, unseal } from '../cipher.ts';
import type { DataKey } from '../keys/data-key.ts';
import type { Profile } from '../model/profile.ts';
import { plainJson, profileFrom } from '../model/stored-profile.ts';
import type { Database } from './database.ts';
import { keyOf, type Session } from './session.ts';

interface RowVersion {
  readonly name: string;
  /** A bigint, which the library returns as text. */
  readonly version: string;
}

export interface Row extends RowVersion {
  readonly key_id: string;
  readonly sealed: Buffer;
  /** The version in the table `claims`; `null` if there is none. */
  readonly claimed_version: string | null;
}

export type Current = ReturnType<typeof openRow>;

/** The order of the fields matters, because they are authenticated. */
function context(profile: string, version: string, key: string): object {
  return { app: 'ottokit-tiktok', format: 2, store: 'postgresql', profile, version, key };
}

export function sealRow(profile: Profile, version: string, key: DataKey) {
  const { name } = profile;
  const sealed = bytesOf(seal(plainJson(profile), context(name, version, key.id), key));
  return { name, version, key_id: key.id, sealed };
}

/** @throws Failure profile-damaged if it isn't the row written last, profile-unreadable if its format is unknown */
export function openRow(session: Session, { name, version, key_id, sealed, claimed_version }: Row) {
  const key = keyOf(session);
  const isLast = key_id === key.id && claimed_version === version;
  const json = isLast ? unseal(partsOf(sealed), context(name, version, key_id), key) : null;
  if (json === null) throw fail('profile-damaged', { profile: name, store: session.path });
  const profile = profileFrom(JSON.parse(json));
  if (profile?.name !== name) throw fail('profile-unreadable', { profile: name, path: session.path });
  return { profile, version };
}

export async function readNames(database: Database): Promise<readonly string[]> {
  const text = 'SELECT name FROM ottokit_tiktok.profiles ORDER BY name COLLATE "C"';
  return (await database.query<{ name: string }>(text)).map(({ name }) => name);
}

/** Reads all rows, or those with these names, sorted by name. */
export async function readRows(database: Database, names?: readonly string[]): Promise<readonly Row[]> {
  const text = `SELECT p.name, p.version, p.key_id, p.sealed, c.version AS claimed_version
    FROM ottokit_tiktok.profiles p LEFT JOIN ottokit_tiktok.claims c ON c.name = p.name
    ${names === undefined ? '' : 'WHERE p.name = ANY($1)'} ORDER BY p.name COLLATE "C"`;
  return await database.query<Row>(text, names === undefined ? [] : [names]);
}

/** @throws Failure profile-damaged, profile-unreadable, and as `Database.query` */
export async function readCurrent(session: Session, name: string): Promise<Current | undefined> {
  const [row] = await readRows(session.database, [name]);
  return row && openRow(session, row);
}

/**
 * Replaces the profile if its version is still `before`. If `before` is `null`, adds all of these profiles, or none.
 * Also releases `holder`'s claim. Returns `false` if another process has changed or added one. @throws as `Database.query`
 */
export async function writeProfiles(
  session: Session,
  profiles: readonly Profile[],
  before: string | null,
  holder: string | null,
): Promise<boolean> {
  // The first version is the current time, so that a removed profile's versions are never used again.
  const version = before === null ? String(session.io.clock.now()) : String(BigInt(before) + 1n);
  const rows = profiles.map((profile) => sealRow(profile, version, keyOf(session)));
  const write =
    before === null
      ? `INSERT INTO ottokit_tiktok.profiles AS p (name, version, key_id, sealed) SELECT * FROM given
         WHERE $5::bigint IS NULL AND NOT EXISTS (SELECT FROM ottokit_tiktok.profiles JOIN given USING (name))`
      : `UPDATE ottokit_tiktok.profiles p SET version = g.version, key_id = g.key_id, sealed = g.sealed
         FROM given g WHERE p.name = g.name AND p.version = $5`;
  // If the lease has ended, another process may have deleted a new profile's claim. This adds it again.
  const text = `WITH given AS (
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) AS g (name, version, key_id, sealed)
    ), written AS (${write} RETURNING p.name, p.version)
    INSERT INTO ottokit_tiktok.claims AS c (name, version) SELECT name, version FROM written
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, holder = NULLIF(c.holder, $6) RETURNING 1`;
  const columns = (['name', 'version', 'key_id', 'sealed'] as const).map((column) => rows.map((row) => row[column]));
  return (await session.database.query(text, [...columns, before, holder], false)).length === rows.length;
}

export const profileChanged = ({ location }: Database, profile = ''): Failure =>
  fail('profile-changed', { profile, store: location });

/**
 * Removes all of these rows, or none. Ignores missing rows, because a statement whose response is lost is sent again.
 * @throws Failure profile-changed if one has changed, or another process has claimed it, perhaps to refresh its tokens
 */
export async function deleteRows(database: Database, rows: readonly RowVersion[], holder: string): Promise<void> {
  const text = `WITH given AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS g (name, version)), found AS (
      SELECT p.name, p.version <> g.version OR c.holder IS DISTINCT FROM $3 AS changed
      FROM ottokit_tiktok.profiles p JOIN given g ON p.name = g.name JOIN ottokit_tiktok.claims c ON c.name = p.name
      FOR UPDATE OF p, c
    ), gone AS (
      DELETE FROM ottokit_tiktok.profiles WHERE name IN (SELECT name FROM found) AND NOT EXISTS (SELECT FROM found WHERE changed)
      RETURNING name
    ), ended AS (DELETE FROM ottokit_tiktok.claims WHERE name IN (SELECT name FROM gone))
    SELECT name FROM found WHERE changed`;
  const values = [rows.map(({ name }) => name), rows.map(({ version }) => version), holder];
  const [changed] = await database.query<{ name: string }>(text, values);
  if (changed !== undefined) throw profileChanged(database, changed.name);
}
