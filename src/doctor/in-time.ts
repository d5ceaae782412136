import type { Io } from '../ground/io.ts';

/** What `work` resolves to; what `late` returns once `limit` milliseconds have passed or the signal has aborted. */
export async function inTime<T>(
  work: Promise<T>,
  { clock, signal }: Pick<Io, 'clock' | 'signal'>,
  limit: number,
  late: () => T,
): Promise<T> {
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  signal.addEventListener('abort', end, { signal: over.signal });
  if (signal.aborted) end();
  return await Promise.race([work, clock.sleep(limit, over.signal).then(late)]).finally(end);
}
