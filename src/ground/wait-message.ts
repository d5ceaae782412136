import type { Io } from './io.ts';

/** The message of a wait: what the program is waiting for and how to leave. */
export const waitMessage = (what: string, signal: AbortSignal): string =>
  signal.aborted ? `${what} (Ctrl-C again leaves at once)` : `${what} (Ctrl-C leaves)`;

/** The delay before the message, in milliseconds: shorter waits need no explanation. */
const quietMs = 1_000;

/** Does `work`. After the first second, shows what the program is waiting for and how to leave. */
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
