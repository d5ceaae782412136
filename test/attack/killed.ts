import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Machine } from '../journeys/machine.ts';
import type { Profile } from '../../src/store/model/profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import { realClock } from '../store/child-setting.ts';

/** A system call before which the program is killed: the `when`-th call with this name in its thread. */
export interface KillPoint {
  readonly call: string;
  readonly when: number;
}

type Place = Pick<Machine, 'directory' | 'configDirectory' | 'home'>;
/** Runs the program once, through the given command. */
export type RunThrough = (
  through: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<{ readonly exitCode: number | null }>;

/** The system calls that change a file or directory. */
const calls = [
  ...['write', 'pwrite64', 'writev', 'ftruncate', 'fsync', 'fdatasync', 'rename', 'renameat', 'renameat2', 'link'],
  ...['unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir', 'symlink', 'chmod', 'fchmod', 'fchown', 'lchown'],
];

/** One thread for all file work, so that its calls always come in the same order. */
const oneThread = { UV_THREADPOOL_SIZE: '1' };

/** Runs the program to its end and returns every call that changed one of the machine's files. */
export async function killPoints({ directory }: Pick<Place, 'directory'>, run: RunThrough): Promise<KillPoint[]> {
  const file = join(directory, 'trace');
  const through = ['strace', '-f', '-y', '--seccomp-bpf', '-s', '0', '-o', file, '-e', `trace=${calls.join()}`, '--'];
  expect(await run(through, oneThread)).toMatchObject({ exitCode: 0 });
  const lines = (await readFile(file, 'utf8')).split('\n');
  await rm(file);
  const seen = new Map<string, number>();
  const points = new Map<string, KillPoint>();
  for (const line of lines) {
    const [, thread = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    const when = (seen.get(`${thread} ${call}`) ?? 0) + 1;
    seen.set(`${thread} ${call}`, when);
    const changes = line.includes(directory) && !line.includes(' = -1 ') && !line.includes('page.json');
    if (call !== '' && changes) points.set(`${call} ${String(when)}`, { call, when });
  }
  return [...points.values()];
}

/** Runs the program and kills it at this point. It ends by itself if it makes fewer calls this time. */
export async function killAt({ call, when }: KillPoint, run: RunThrough): Promise<void> {
  const inject = `inject=${call}:signal=KILL:when=${String(when)}`;
  await run(['strace', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject, '--'], oneThread);
}

export interface Left {
  readonly profiles: readonly Profile[];
  readonly names: readonly string[];
}

/** Reads what a killed program left behind. Fails if the store can't be read without warnings or was quarantined. */
export async function readLeft(
  { configDirectory, home }: Omit<Place, 'directory'>,
  point: KillPoint,
  env: Readonly<Record<string, string>> = {},
): Promise<Left> {
  const said: string[] = [];
  const store = await openStore({
    io: {
      clock: realClock,
      env,
      configDirectory: () => configDirectory,
      dataDirectory: () => join(home, '.local', 'share', 'ottokit-tiktok'),
      signal: new AbortController().signal,
    },
    warn: (sentence) => said.push(sentence),
  });
  const profiles = await store.profiles();
  expect(said, JSON.stringify(point)).toEqual([]);
  const names = await readdir(configDirectory);
  expect(
    names.filter((name) => name.includes('damaged')),
    JSON.stringify(point),
  ).toEqual([]);
  return { profiles, names };
}
