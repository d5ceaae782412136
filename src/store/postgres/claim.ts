import { randomBytes } from 'node:crypto';
import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { identityFrom, ownIdentity, stateOfProcess } from '../../ground/process-identity.ts';
import type { Database } from './database.ts';
import type { Session } from './session.ts';

const table = 'ottokit_tiktok.claims';

/**
 * A refresh takes at most 35 s: two attempts of 15 s, and for `doctor --all` up to 2.1 s before each for the rate
 * limit. If it starts more than `latestStart` milliseconds after the claim was made, the claim is renewed.
 */
const lease = `clock_timestamp() + interval '45 seconds'`;
const latestStart = 5_000;

/** In milliseconds. Longer than a claim lasts, so that a dead holder's claim expires first. */
const longestWait = 60_000;

/**
 * Claims a profile with one conditional statement, so that no session has to hold a lock. Immediately takes over the
 * claim of a process that has exited, and any other claim when its lease ends.
 * @param settled called if the profile changes during the wait; `true` ends the wait, and this returns `null`
 * @throws Failure profile-claimed after a minute, or immediately if `waits` is false; interrupted; as `Database.query`
 */
export async function claimProfile(
  session: Pick<Session, 'database' | 'io' | 'waitNotice'>,
  name: string,
  settled?: () => Promise<boolean>,
  waits = true,
): ReturnType<typeof claimNow> {
  const { database, io, waitNotice } = session;
  const free = await claimNow(session, name);
  if (free !== null) return free;
  return await waitNotice(`Waiting for another ottokit-tiktok to finish changing the profile ${name}`, async () => {
    const before = await readClaim(database, name);
    let [pause, waited] = [50, 0];
    for (let seen = before; ; seen = await readClaim(database, name)) {
      if (seen.version !== before.version && (await settled?.()) === true) return null;
      const { holder } = seen;
      const claim = holder === null || hasExited(holder) ? await claimNow(session, name, holder) : null;
      if (claim !== null) return claim;
      if (!waits || waited >= longestWait) throw claimedFailure(database, name, Math.round(waited / 1_000));
      // Many processes may wait for the same claim, so each checks less and less often, at random intervals.
      pause = Math.min(pause * 1.5, 1_000);
      waited += pause;
      await io.clock.sleep(pause * (0.75 + Math.random() / 2), io.signal);
      if (io.signal.aborted) throw fail('interrupted', {});
    }
  });
}

const claimedFailure = ({ location }: Database, profile: string, seconds: number): Failure =>
  fail('profile-claimed', { profile, store: location, seconds });

/** Reads the profile's version, and the holder of its claim unless the lease has ended. */
async function readClaim(database: Database, name: string) {
  const text = `SELECT version, CASE WHEN until > clock_timestamp() THEN holder END AS holder FROM ${table} WHERE name = $1`;
  const [seen] = await database.query<{ version: string | null; holder: string | null }>(text, [name]);
  return seen ?? { version: null, holder: null };
}

const newHolder = (): string => JSON.stringify({ ...ownIdentity(), claim: randomBytes(16).toString('hex') });

/** We can see only processes of this boot and this PID namespace. Only Linux has a boot id. */
function hasExited(holder: string): boolean {
  const identity = identityFrom(parseJson(holder));
  const isKnown = identity?.boot !== undefined && identity.namespace !== undefined;
  return isKnown && stateOfProcess(identity) === 'gone';
}

/** Claims a profile. Returns `null` if a holder other than `instead` has a claim whose lease hasn't ended. */
export async function claimNow(
  { database, io: { clock } }: Pick<Session, 'database' | 'io'>,
  name: string,
  instead: string | null = null,
) {
  const holder = newHolder();
  let since = clock.monotonic();
  const text = `INSERT INTO ${table} AS c (name, holder, until) VALUES ($1, $2, ${lease})
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = ${lease}
    WHERE c.holder IS NULL OR c.holder IN ($2, $3) OR c.until <= clock_timestamp() RETURNING 1`;
  if ((await database.query(text, [name, holder, instead])).length === 0) return null;
  return {
    holder,
    /** Makes sure that the claim outlasts a request. `false`: it was lost. @throws Failure as `Database.query` */
    async renew(): Promise<boolean> {
      // Works even after the lease has ended, unless someone else has taken the claim.
      const renewal = `UPDATE ${table} SET until = ${lease} WHERE name = $1 AND holder = $2 RETURNING 1`;
      // A new claim needs no renewal, and taking it has proved that the database is writable.
      for (let attempt = 1; clock.monotonic() - since > latestStart; attempt += 1) {
        if (attempt > 3)
          throw fail('database-unreachable', { store: database.location, detail: 'it answers too slowly' });
        since = clock.monotonic();
        if ((await database.query(renewal, [name, holder])).length === 0) return false;
      }
      return true;
    },
    /** Ignores failures, because a claim that can't be released expires by itself. */
    async release(): Promise<void> {
      // Deletes the row if the profile was never created.
      const end = `WITH unused AS (DELETE FROM ${table} WHERE name = $1 AND holder = $2 AND version IS NULL)
        UPDATE ${table} SET holder = NULL WHERE name = $1 AND holder = $2 AND version IS NOT NULL`;
      await database.query(end, [name, holder]).catch((error: unknown) => {
        if (!isFailure(error)) throw error;
      });
    },
  };
}

/** Claims all profiles, to move them. @throws Failure profile-claimed if another process has claimed one of them */
export async function claimAll(database: Database) {
  const holder = newHolder();
  const text = `WITH taken AS (
      INSERT INTO ${table} AS c (name, version, holder, until) SELECT name, version, $1, ${lease}
      FROM ottokit_tiktok.profiles ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = ${lease}
      WHERE c.holder IS NULL OR c.holder = $1 OR c.until <= clock_timestamp() RETURNING c.name
    ) SELECT p.name FROM ottokit_tiktok.profiles p WHERE p.name NOT IN (SELECT name FROM taken)`;
  const [busy] = await database.query<{ name: string }>(text, [holder]);
  const release = async (): Promise<void> => {
    await database.query(`UPDATE ${table} SET holder = NULL WHERE holder = $1`, [holder]);
  };
  if (busy === undefined) return { holder, release };
  await release();
  throw claimedFailure(database, busy.name, 0);
}
