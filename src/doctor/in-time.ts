import { abortWith } from '../ground/abort-with.ts';
import type { Io } from '../ground/io.ts';

/** What `work` resolves to; what `late` returns once `limit` milliseconds have passed or the signal has aborted. */
export async function inTime<T>(
  work: Promise<T>,
  io: Pick<Io, 'clock' | 'signal'>,
  limit: number,
  late: () => T,
): Promise<T> {
  const { passed, end } = deadlineAfter(limit, io);
  return await Promise.race([work, passed.then(late)]).finally(end);
}

/** `passed` resolves after `limit` milliseconds, or when the signal aborts, or after `end`. */
export function deadlineAfter(limit: number, { clock, signal }: Pick<Io, 'clock' | 'signal'>) {
  const over = abortWith(signal);
  const end = (): void => {
    over.abort(null);
  };
  return { passed: clock.sleep(limit, over.signal), end };
}
