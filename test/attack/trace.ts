import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/** Why programs can't be traced on this machine; undefined if they can. */
export const tracingObstacle = ((): string | undefined => {
  const missing = missingPrograms('strace');
  if (missing !== undefined) return missing;
  const traced = spawnSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', 'true']).status === 0;
  return traced ? undefined : 'this machine doesn’t allow tracing';
})();

/** A command that runs a program and records, in `file`, every program it starts and everything they write. */
export const tracedTo = (file: string): readonly string[] => [
  ...['strace', '-f', '--seccomp-bpf', '-yy', '-v', '-xx', '-s', '10000000', '-e', 'signal=none', '-o', file],
  ...['-e', 'trace=execve,write,writev,pwrite64,pwritev,sendto,sendmsg', '--'],
];

export interface Trace {
  /** Arguments and environment of every started program except the first. */
  readonly started: readonly Buffer[];
  /** `to`: a path, `pipe:[…]`, or both ends of a connection. */
  readonly written: readonly { readonly descriptor: number; readonly to: string; readonly bytes: Buffer }[];
}

export async function readTrace(file: string): Promise<Trace> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const starts = lines.filter((line) => line.includes(' execve('));
  const written = lines.flatMap((line) => {
    const [, descriptor = '', to = ''] = /^\d+ +\w+\((\d+)<(.*?)>, /.exec(line) ?? [];
    return descriptor === '' ? [] : [{ descriptor: Number(descriptor), to: placeOf(to), bytes: quoted(line) }];
  });
  return { started: starts.slice(1).map(quoted), written };
}

/** Returns the strings in a line of the trace, each followed by a newline. */
const quoted = (line: string): Buffer =>
  Buffer.concat([...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => decoded(`${hex}\\x0a`)));

/** Decodes paths, which strace also prints in hex; it doesn't do so with connections. */
const placeOf = (to: string): string => (to.startsWith('\\x') ? decoded(to).toString() : to);

const decoded = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');
