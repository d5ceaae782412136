import { openStore } from '../../src/store/open-store.ts';
import { userOfDatabase, type MeasuredServer } from './database.ts';
import { median } from './median.ts';
import { byRound, startTimes, valueOf, type Case } from './start.ts';
import { environment, ioOf, profileOf } from './stores.ts';
import { row, type Row } from './table.ts';

/** Measures `token` with a fresh access token: in a file, in a database, and in a database with many profiles. */
export async function tokenRows(measured: MeasuredServer): Promise<readonly Row[]> {
  const { launcher, place, server, rounds } = measured;
  const file = environment(place, 'file');
  const store = await openStore({ io: ioOf(file), keychain: null });
  await store.addAll([profileOf(0)]);
  const one = await userOfDatabase(measured, 'one', [profileOf(0)]);
  const many = await userOfDatabase(measured, 'many', [profileOf(0)]);
  // Only their number and size matter.
  await server.sql(
    'many',
    `INSERT INTO ottokit_tiktok.profiles SELECT 'shop-' || n, version, key_id, sealed
       FROM ottokit_tiktok.profiles, generate_series(1, 99999) AS n;
     INSERT INTO ottokit_tiktok.claims SELECT name, version FROM ottokit_tiktok.profiles ON CONFLICT DO NOTHING;
     ANALYZE`,
  );
  const cases = Object.entries({ file, one, many }).map(([name, env]): [string, Case] => [
    name,
    { args: [launcher, 'token'], env },
  ]);
  const times = startTimes(new Map(cases), rounds);
  const ratio = median(byRound(times, 'one', 'file', (ms, inFile) => ms / inFile));
  const more = median(byRound(times, 'many', 'one', (ms, ofOne) => ms - ofOne));
  const note = `${median(valueOf(times, 'one')).toFixed(1)} ms of ${median(valueOf(times, 'file')).toFixed(1)} ms`;
  return [
    row('token in PostgreSQL', ratio, '× in the file', 1.3, note),
    row('token in PostgreSQL, from 1 to 100,000 profiles', more, 'ms more', 5),
  ];
}
