import type { Io } from './io.ts';

/** The text of a wait: what the program is waiting for and how to leave. */
export const waitMessage = (what: string, signal: AbortSignal): string =>
  signal.aborted ? `${what} (Ctrl-C again leaves at once)` : `${what} (Ctrl-C leaves)`;

/** Milliseconds of silence: what is done by then needs no explanation. */
const quietMs = 1_000;

/** Does `work`. From the first second on, shows what the program is waiting for and how to leave. */
export async function withWaitMessage<T>(
  { say, clock, signal }: Pick<Io, 'say' | 'clock' | 'signal'>,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const shown = clock
    .sleep(quietMs, done.signal)
    .then(() => (done.signal.aborted ? undefined : say.wait(() => waitMessage(what, signal))));
  try {
    return await work();
  } finally {
    done.abort();
    (await shown)?.stop();
  }
}
