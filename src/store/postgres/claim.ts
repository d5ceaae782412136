import { randomBytes } from 'node:crypto';
import { fail, isFailure } from '../../ground/errors.ts';
import type { Io } from '../../ground/io.ts';
import type { WaitNotice } from '../keys/wait-notice.ts';
import type { Database } from './database.ts';

/**
 * How long a claim holds, in seconds, on the database's clock. A refresh takes at most 31 s: two attempts of 15 s, of
 * which only the last can have been sent. The claim is renewed right before, so it outlasts the request.
 */
export const leaseSeconds = 45;

/** In milliseconds; longer than a lease, so that a dead holder's claim is waited out. */
const longestWait = 60_000;

export interface Claim {
  /** Different for every claim. */
  readonly holder: string;
  /** Extends the claim to a full lease, which also proves that the database can be written. `false`: it was lost. */
  renew(): Promise<boolean>;
  /** Never fails: a claim that can't be given back ends by itself. */
  release(): Promise<void>;
}

const table = 'ottokit_tiktok.claims';
const lease = `clock_timestamp() + interval '${String(leaseSeconds)} seconds'`;

/**
 * Claims a profile for changing it: one conditional statement on the database's clock, no lock that a session would have
 * to hold.
 * @param settled asked while another process holds the claim; `true` ends the wait without one
 * @returns `null` when `settled` ended the wait
 * @throws Failure profile-claimed after a minute, interrupted, and as `Database.query`
 */
export async function claimProfile(
  database: Database,
  name: string,
  io: Pick<Io, 'clock' | 'signal'> & { readonly waitNotice: WaitNotice },
  settled: () => Promise<boolean>,
): Promise<Claim | null> {
  const holder = randomBytes(16).toString('hex');
  const claim = claimOf(database, name, holder);
  if (await take(database, name, holder)) return claim;
  const what = `Waiting for another ottokit-tiktok that changes the profile ${name}`;
  return await io.waitNotice(what, async () => {
    const before = await look(database, name);
    let pause = 50;
    for (let waited = 0; waited < longestWait; waited += pause) {
      pause = Math.min(pause * 1.5, 1_000);
      // Many may wait for the same claim, so they look less and less often, and not all at once.
      await io.clock.sleep(pause * (0.75 + Math.random() / 2), io.signal);
      if (io.signal.aborted) throw fail('interrupted', {});
      const now = await look(database, name);
      if (now?.version !== before?.version && (await settled())) return null;
      if (now?.free !== false && (await take(database, name, holder))) return claim;
    }
    throw fail('profile-claimed', { profile: name, store: database.location, seconds: longestWait / 1_000 });
  });
}

interface Seen {
  readonly version: string | null;
  readonly free: boolean;
}

async function look(database: Database, name: string): Promise<Seen | undefined> {
  const text = `SELECT version, holder IS NULL OR until <= clock_timestamp() AS free FROM ${table} WHERE name = $1`;
  return (await database.query<Seen>(text, [name]))[0];
}

/** Claims a profile unless another process has claimed it. An own claim, of this holder, may be left from before. */
export async function claimNow(database: Database, name: string, holder: string): Promise<Claim | null> {
  return (await take(database, name, holder)) ? claimOf(database, name, holder) : null;
}

/**
 * Claims every profile there is, for moving them all.
 * @throws Failure profile-claimed when another process changes one of them
 */
export async function claimAll(database: Database): Promise<Pick<Claim, 'release'>> {
  const holder = randomBytes(16).toString('hex');
  const text = `WITH taken AS (
      INSERT INTO ${table} AS c (name, version, holder, until) SELECT name, version, $1, ${lease}
      FROM ottokit_tiktok.profiles ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = ${lease}
      WHERE c.holder IS NULL OR c.holder = $1 OR c.until <= clock_timestamp() RETURNING c.name
    ) SELECT p.name FROM ottokit_tiktok.profiles p WHERE p.name NOT IN (SELECT name FROM taken)`;
  const [busy] = await database.query<{ name: string }>(text, [holder]);
  const release = async (): Promise<void> => {
    await database.query(`UPDATE ${table} SET holder = NULL WHERE holder = $1`, [holder]);
  };
  if (busy === undefined) return { release };
  await release();
  throw fail('profile-claimed', { profile: busy.name, store: database.location, seconds: 0 });
}

async function take(database: Database, name: string, holder: string): Promise<boolean> {
  const text = `INSERT INTO ${table} AS c (name, holder, until) VALUES ($1, $2, ${lease})
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = ${lease}
    WHERE c.holder IS NULL OR c.holder = $2 OR c.until <= clock_timestamp() RETURNING 1`;
  return (await database.query(text, [name, holder])).length > 0;
}

function claimOf(database: Database, name: string, holder: string): Claim {
  return {
    holder,
    async renew() {
      const text = `UPDATE ${table} SET until = ${lease}
        WHERE name = $1 AND holder = $2 AND until > clock_timestamp() RETURNING 1`;
      return (await database.query(text, [name, holder])).length > 0;
    },
    async release() {
      try {
        // A claim on a profile that was never made leaves nothing behind.
        const text = `WITH unused AS (DELETE FROM ${table} WHERE name = $1 AND holder = $2 AND version IS NULL)
          UPDATE ${table} SET holder = NULL WHERE name = $1 AND holder = $2 AND version IS NOT NULL`;
        await database.query(text, [name, holder]);
      } catch (error) {
        if (!isFailure(error)) throw error;
      }
    },
  };
}
