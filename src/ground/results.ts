import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { codeOf } from './errors.ts';

/** An empty pipe has room for at least this much. More goes through a stream, because a stuck write blocks Ctrl-C. */
const directBytes = 4_096;

function neverBlocks(fd: number): boolean {
  const found = fstatSync(fd);
  return found.isFile() || found.isCharacterDevice();
}

/**
 * Writes to stdout, even if its reader is slow. If the reader closes the pipe (`| head -1`), drops the rest. `isDirect`
 * allows writing without a stream, because loading Node's streams takes longer than most commands do.
 */
export function makeResults({ fd, isDirect, stream }: { fd: number; isDirect: boolean; stream: () => Writable }) {
  let opened: Writable | undefined;
  let problem: string | undefined;
  let size = 0;
  const fail = (error: unknown): void => {
    problem ??= codeOf(error) ?? 'unknown';
  };
  const writeToStream = (bytes: Buffer): void => {
    opened ??= stream().on('error', fail);
    opened.write(bytes);
  };
  const writeDirectly = (bytes: Buffer): void => {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written);
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') writeToStream(bytes.subarray(written));
      else fail(error);
    }
  };
  return {
    write: (text: string): void => {
      if (problem !== undefined) return;
      const bytes = Buffer.from(text);
      size += bytes.length;
      if (isDirect && opened === undefined && (size <= directBytes || neverBlocks(fd))) writeDirectly(bytes);
      else writeToStream(bytes);
    },
    /** Resolves once nothing is left to write: with the error's code if writing failed, except for a closed pipe. */
    settled: async (): Promise<string | undefined> => {
      if (opened !== undefined) await drained(opened);
      return problem === 'EPIPE' ? undefined : problem;
    },
  };
}

/** Resolves once everything written so far has been flushed or has failed, and any error has been emitted. */
export async function drained(stream: Writable): Promise<void> {
  if (stream.writableLength > 0 && !stream.destroyed) await new Promise((resolve) => stream.write('', resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
