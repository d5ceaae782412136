import type { Clock } from '../ground/io.ts';

/** What `work` resolves to, or after `limit` milliseconds what `late` says in its place. */
export async function inTime<T>(work: Promise<T>, clock: Clock, limit: number, late: () => T): Promise<T> {
  const ended = new AbortController();
  return await Promise.race([work, clock.sleep(limit, ended.signal).then(late)]).finally(() => {
    ended.abort();
  });
}
