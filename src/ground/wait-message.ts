import type { Io } from './io.ts';

/** What is said of a wait: what is waited for and how to leave; and once leaving was asked for, why it takes a while. */
export const waitMessage = (what: string, signal: AbortSignal): string =>
  signal.aborted
    ? 'Leaving in a moment: TikTok Shop may still answer, and nothing should be lost (Ctrl-C again leaves at once)'
    : `${what} (Ctrl-C leaves)`;

/** How long nothing is said, in milliseconds: what is done by then needs no explanation. */
const quietMs = 1_000;

/** Does `work`, and says from the first second on what is waited for and how to leave. */
export async function withWaitMessage<T>(
  { say, clock, signal }: Pick<Io, 'say' | 'clock' | 'signal'>,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const told = clock
    .sleep(quietMs, done.signal)
    .then(() => (done.signal.aborted ? undefined : say.wait(() => waitMessage(what, signal))));
  try {
    return await work();
  } finally {
    done.abort();
    (await told)?.stop();
  }
}
