import { fail } from '../../ground/errors.ts';
import { keysDirectoryOf } from '../file/store-paths.ts';
import { readableOnly } from '../profiles.ts';
import type { BackendCode, OpenSettings, Store } from '../store.ts';
import { readAddress } from './address.ts';
import { changeRow, forgetRow, moveRows, proveRows } from './changes.ts';
import { openDatabase } from './database.ts';
import { inspectDatabase } from './inspect.ts';
import { carryOver } from './kept-tokens.ts';
import { openRow, profileChanged, readCurrent, readNames, readRows, writeProfiles, type Row } from './rows.ts';
import { openSafe } from './safe.ts';
import { hasLostKey, readStoreRow, schemaSql, schemaVersion, wrongVersion } from './schema.ts';
import { keyOf, type Session } from './session.ts';
import { findKey, moveTeamKey, prepareToWrite } from './team-key.ts';

/** Keeps the profiles in a PostgreSQL database, so that many computers can share them. */
export const postgres: BackendCode = { open: openPostgresStore, inspect: inspectDatabase, sql: schemaSql };

async function openPostgresStore(url: string, settings: OpenSettings): Promise<Store> {
  const { io, first } = settings;
  const database = openDatabase(readAddress(url, io.env));
  const path = database.location;
  const keysDirectory = (): string => keysDirectoryOf(io);
  const safe = openSafe(io.dataDirectory(), () => keyOf(session));
  const session: Session = { ...settings, database, path, keysDirectory, safe, found: null };
  let ahead = await open(session, first);
  const readable = readableOnly(session.warn);
  return {
    location: path,
    get keySource() {
      return session.found?.source ?? null;
    },
    names: async () => (session.found === null ? [] : await readNames(database)),
    async profiles(names) {
      if (session.found === null) return [];
      const rows = await readRows(database, names);
      return rows.flatMap((row) => readable(() => openRow(session, row).profile));
    },
    async profile(name) {
      if (session.found === null) return undefined;
      const row = ahead?.name === name ? ahead : undefined;
      ahead = undefined;
      return (row ? openRow(session, row) : await readCurrent(session, name))?.profile;
    },
    change: (name, change, options) => changeRow(session, name, change, options),
    forget: (name) => forgetRow(session, name),
    proveWritable: () => proveRows(session),
    moveKey: (place) => moveTeamKey(session, place),
    // Keeps the tables, because they belong to the whole team.
    removeIfEmpty: () => Promise.resolve({ storeFile: false, key: null }),
    async addAll(profiles) {
      await prepareToWrite(session);
      if (!(await writeProfiles(session, profiles, null, null))) throw profileChanged(database, profiles[0]?.name);
    },
    moveTo: (target) => moveRows(session, target),
  };
}

/** Finds the key. Returns the row of the profile `first`, if there is one and it can't be outdated. */
async function open(session: Session, first: string | undefined): Promise<Row | undefined> {
  const { database, path, io } = session;
  const asked = readStoreRow(database);
  // This is sent together with the query above. If it fails, reading the profile later fails too.
  const reading = first === undefined ? undefined : readRows(database, [first]).catch(() => undefined);
  const interrupted = new Promise<never>((_, reject) => {
    io.signal.addEventListener('abort', () => reject(fail('interrupted', {})));
  });
  const row = await Promise.race([asked, interrupted]);
  const format = row?.schema_version ?? schemaVersion;
  if (format !== schemaVersion) throw wrongVersion(path, format);
  if ((row?.key_id ?? null) === null) {
    if (await hasLostKey(database))
      throw fail('store-unreadable', { path, detail: 'it has profiles, but their key is missing' });
    return undefined;
  }
  session.found = await findKey(session, row);
  const isChanged = await carryOver(session);
  // Any other key may take minutes to find, if the user has to type a password, so the row may be outdated by then.
  return isChanged || session.found.source !== 'key-file' ? undefined : (await reading)?.[0];
}
