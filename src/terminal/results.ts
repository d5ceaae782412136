import type { Writable } from 'node:stream';

/** stdout, whose reader may be slow, or gone. */
export interface Results {
  readonly write: (text: string) => void;
  /** Resolves once the reader has taken everything: with the error’s code if it could not be written. */
  readonly settled: () => Promise<string | undefined>;
}

/** A reader who stopped reading (`| head -1`) is no error: the rest is dropped, and the command ends as it would. */
export function makeResults(stream: Writable): Results {
  let isGone = false;
  let problem: string | undefined;
  stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') isGone = true;
    else problem ??= code;
  });
  return {
    write: (text) => {
      if (!isGone && problem === undefined) stream.write(text);
    },
    settled: async () => {
      await drained(stream);
      return problem;
    },
  };
}

/** Resolves once everything written so far was taken or has failed, and that failure was emitted. */
export async function drained(stream: Writable): Promise<void> {
  if (stream.writableLength > 0 && !stream.destroyed) await new Promise((resolve) => stream.write('', resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
