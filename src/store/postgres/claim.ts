import { fail, isFailure, type Failure } from '../../ground/errors.ts';
import type { Clock, Io } from '../../ground/io.ts';
import type { WaitNotice } from '../store.ts';
import type { Database } from './database.ts';
import { hasEnded, newHolder } from './holder.ts';

/**
 * How long a claim lasts, in seconds on the database's clock. A refresh takes at most 36 s: two attempts of 15 s, of
 * which only the last can have been sent, and before each of them in a fleet a wait of 2 s for TikTok Shop's limit of
 * requests. So it may begin only in the first 5 s, which `latestStart` gives in milliseconds.
 */
const leaseSeconds = 45;
const latestStart = 5_000;

/** In milliseconds; longer than a lease, so that a dead holder's claim expires first. */
const longestWait = 60_000;

export interface Claim {
  /** Different for every claim. */
  readonly holder: string;
  /** Makes sure that the claim outlasts a request. `false`: it was lost. @throws Failure as `Database.query` */
  renew(): Promise<boolean>;
  /** Never fails: a claim that can't be released expires by itself. */
  release(): Promise<void>;
}

const table = 'ottokit_tiktok.claims';
const lease = `clock_timestamp() + interval '${String(leaseSeconds)} seconds'`;

/**
 * Claims a profile in order to change it, with one conditional statement on the database's clock; no session has to
 * hold a lock. The claim of a process that is known to have ended is taken over at once, any other when its lease ends.
 * @param settled called while another process holds the claim; `true` ends the wait without a claim
 * @returns `null` if `settled` ended the wait
 * @throws Failure profile-claimed after a minute, or at once unless it `waits`; interrupted, and as `Database.query`
 */
export async function claimProfile(
  database: Database,
  name: string,
  io: Pick<Io, 'clock' | 'signal'> & { readonly waitNotice: WaitNotice },
  settled = (): Promise<boolean> => Promise.resolve(false),
  waits = true,
): Promise<Claim | null> {
  const free = await claimNow(database, name, io.clock);
  if (free !== null) return free;
  return await io.waitNotice(`Waiting for another ottokit-tiktok to finish changing the profile ${name}`, async () => {
    const before = await look(database, name);
    let [pause, waited] = [50, 0];
    for (let seen = before; ; seen = await look(database, name)) {
      if (seen?.version !== before?.version && (await settled())) return null;
      const holder = seen?.holder ?? null;
      const claim = holder === null || hasEnded(holder) ? await claimNow(database, name, io.clock, holder) : null;
      if (claim !== null) return claim;
      if (!waits || waited >= longestWait) throw claimed(database, name, Math.round(waited / 1_000));
      // Many may wait for the same claim, so they check less and less often, and not all at once.
      pause = Math.min(pause * 1.5, 1_000);
      waited += pause;
      await io.clock.sleep(pause * (0.75 + Math.random() / 2), io.signal);
      if (io.signal.aborted) throw fail('interrupted', {});
    }
  });
}

/** @param seconds how long it has waited */
const claimed = ({ location }: Database, profile: string, seconds: number): Failure =>
  fail('profile-claimed', { profile, store: location, seconds });

interface Seen {
  readonly version: string | null;
  /** `null` once its lease has ended. */
  readonly holder: string | null;
}

async function look(database: Database, name: string): Promise<Seen | undefined> {
  const text = `SELECT version, CASE WHEN until > clock_timestamp() THEN holder END AS holder FROM ${table} WHERE name = $1`;
  return (await database.query<Seen>(text, [name]))[0];
}

/** Claims a profile unless another process has. The claim of the holder `instead` is taken over in any case. */
export async function claimNow(
  database: Database,
  name: string,
  clock: Clock,
  instead: string | null = null,
): Promise<Claim | null> {
  const holder = newHolder();
  const began = clock.monotonic();
  const text = `INSERT INTO ${table} AS c (name, holder, until) VALUES ($1, $2, ${lease})
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = ${lease}
    WHERE c.holder IS NULL OR c.holder IN ($2, $3) OR c.until <= clock_timestamp() RETURNING 1`;
  const taken = await database.query(text, [name, holder, instead]);
  return taken.length > 0 ? claimOf(database, name, holder, clock, began) : null;
}

/** Claims every profile, to move them all. @throws Failure profile-claimed if another process changes one of them */
export async function claimAll(database: Database): Promise<Pick<Claim, 'release'>> {
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
  if (busy === undefined) return { release };
  await release();
  throw claimed(database, busy.name, 0);
}

/** @param since the earliest time at which its lease can have begun, on the monotonic clock */
function claimOf(database: Database, name: string, holder: string, clock: Clock, since: number): Claim {
  return {
    holder,
    async renew() {
      // This works even after the lease has ended, as long as nobody else has taken the claim.
      const text = `UPDATE ${table} SET until = ${lease} WHERE name = $1 AND holder = $2 RETURNING 1`;
      // A new claim isn't renewed: taking it has just proved that the database is writable.
      for (let attempt = 1; clock.monotonic() - since > latestStart; attempt += 1) {
        if (attempt > 3)
          throw fail('database-unreachable', { store: database.location, detail: 'it answers too slowly' });
        since = clock.monotonic();
        if ((await database.query(text, [name, holder])).length === 0) return false;
      }
      return true;
    },
    async release() {
      // A claim on a profile that was never created leaves nothing behind.
      const text = `WITH unused AS (DELETE FROM ${table} WHERE name = $1 AND holder = $2 AND version IS NULL)
        UPDATE ${table} SET holder = NULL WHERE name = $1 AND holder = $2 AND version IS NOT NULL`;
      await database.query(text, [name, holder]).catch((error: unknown) => {
        if (!isFailure(error)) throw error;
      });
    },
  };
}
