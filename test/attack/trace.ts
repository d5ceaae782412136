import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/** Why no program can be traced on this machine. */
export const tracingObstacle = ((): string | undefined => {
  const missing = missingPrograms('strace');
  if (missing !== undefined) return missing;
  const traced = spawnSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', 'true']).status === 0;
  return traced ? undefined : 'this machine doesn’t allow tracing';
})();

/** A command that starts a program and records every program it starts and everything they write. */
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

/** All strings in a line, each followed by a line end. */
const quoted = (line: string): Buffer =>
  Buffer.concat([...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => decoded(`${hex}\\x0a`)));

/** Paths are in hex too; connections aren't. */
const placeOf = (to: string): string => (to.startsWith('\\x') ? decoded(to).toString() : to);

const decoded = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');
