import type { Io } from '../io.ts';

/** How long nothing is said, in milliseconds: what is done by then needs no explanation. */
const patience = 1_000;

/** Does `work`, and says from the first second on what is waited for and how to leave. */
export async function telling<T>(
  { say, clock }: Pick<Io, 'say' | 'clock'>,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const told = clock
    .sleep(patience, done.signal)
    .then(() => (done.signal.aborted ? undefined : say.wait(() => `${what} (Ctrl-C leaves)`)));
  try {
    return await work();
  } finally {
    done.abort();
    (await told)?.stop();
  }
}
