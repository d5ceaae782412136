import type { Io } from './io.ts';

const quietMs = 1_000;

/** Runs `work`. After the first second, shows what the program is waiting for and how to quit. */
export async function withWaitMessage<T>(
  io: Pick<Io, 'say' | 'clock' | 'signal'>,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const { clock, signal } = io;
  const done = new AbortController();
  const message = (): string => `${what} (${signal.aborted ? 'Ctrl-C again quits at once' : 'Ctrl-C quits'})`;
  const shown = clock.sleep(quietMs, done.signal).then(() => (done.signal.aborted ? undefined : io.say.wait(message)));
  try {
    return await work();
  } finally {
    done.abort();
    (await shown)?.stop();
  }
}
