import { spawnSync } from 'node:child_process';
import { costs, type Cost } from './cost.ts';
import { median } from './median.ts';
import type { Peer } from './peers.ts';
import type { Measured } from './measured.ts';
import { makeStores } from './stores.ts';
import { row, type Row } from './table.ts';

/** Node's arguments and environment. */
export interface Case {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly isPeer?: boolean;
}

type Times = ReadonlyMap<string, readonly number[]>;

/** Measures the time and memory that the program's commands use, as whole processes compared with an empty one. */
export async function startRows(
  { launcher, place, rounds }: Measured,
  peers: readonly Peer[],
): Promise<readonly Row[]> {
  const stores = await makeStores(place);
  const program = (env: NodeJS.ProcessEnv, ...args: string[]): Case => ({ args: [launcher, ...args], env });
  const cases = new Map<string, Case>([
    ['bare', { args: ['-e', '0'], env: stores.none }],
    ['--version', program(stores.none, '--version')],
    ['--help', program(stores.none, '--help')],
    ['scopes', program(stores.none, 'scopes')],
    ['status, 1 profile', program(stores.one, 'status')],
    ['status, 500 profiles', program(stores.many, 'status')],
    ['token, 1 profile', program(stores.one, 'token')],
    ['token, 500 profiles', program(stores.many, 'token')],
  ]);
  const peerCases = peers.flatMap(({ title, script }) =>
    ['--version', '--help'].map((flag): [string, Case] => [
      `${title} ${flag}`,
      { args: [script, flag], env: stores.none, isPeer: true },
    ]),
  );
  const times = startTimes(new Map([...cases, ...peerCases]), rounds);
  const cost = costs(cases, Math.ceil(rounds / 2), place);
  const start = startRow(times, cost);
  return [
    start('--version', 1.1),
    start('--help', 1.5),
    start('scopes', 1.5),
    start('status, 1 profile', 2.2),
    start('status, 500 profiles', null),
    start('token, 1 profile', 2.2),
    start('token, 500 profiles', null),
    growth(times, 'status'),
    growth(times, 'token'),
    row('peak memory of scopes', valueOf(cost, 'scopes').peak / valueOf(cost, 'bare').peak, '× bare node', 1.25),
    ...peers.flatMap(({ title, note }) => [
      row(`${title} --version`, ratio(times, `${title} --version`), '× bare node', null, note),
      row(`${title} --help`, ratio(times, `${title} --help`), '× bare node', null),
    ]),
  ];
}

function startRow(times: Times, cost: ReadonlyMap<string, Cost>) {
  return (name: string, target: number | null): Row => {
    const processor = (valueOf(cost, name).cpu / valueOf(cost, 'bare').cpu).toFixed(2);
    const note = `${median(valueOf(times, name)).toFixed(1)} ms; CPU time ${processor} ×`;
    return row(name, ratio(times, name), '× bare node', target, note);
  };
}

const ratio = (times: Times, name: string): number => median(valueOf(times, name)) / median(valueOf(times, 'bare'));

/** Subtracts within each round, because the machine's load hardly changes during a round. */
function growth(times: Times, command: string): Row {
  const [one, many] = [`${command}, 1 profile`, `${command}, 500 profiles`];
  return row(`from ${one} to 500`, median(byRound(times, many, one, (a, b) => a - b)), 'ms more', 5);
}

/** Combines two cases' times from each round. */
export function byRound(
  times: Times,
  name: string,
  other: string,
  combine: (ms: number, otherMs: number) => number,
): readonly number[] {
  const others = valueOf(times, other);
  return valueOf(times, name).map((ms, round) => combine(ms, others[round] ?? NaN));
}

export function valueOf<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`${name} was not measured`);
  return value;
}

/** Returns the times of each case, one per round, in milliseconds. The cases take turns. */
export function startTimes(cases: ReadonlyMap<string, Case>, rounds: number): Times {
  const all = [...cases];
  const times = new Map(all.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    // Each round starts with a different case, so that none always goes first.
    const first = round % all.length;
    for (const [name, { args, env, isPeer = false }] of [...all.slice(first), ...all.slice(0, first)]) {
      // Some peers take seconds, so peers get at most eight rounds.
      if (isPeer && round > 8) continue;
      const { ms, ended } = timeOf(args, env);
      if (!ended && !isPeer) throw new Error(`${name} failed: ${args.join(' ')}`);
      // The first round only warms the disk cache. A peer that doesn't run on this Node counts as NaN.
      if (round > 0) times.get(name)?.push(ended ? ms : NaN);
    }
  }
  return times;
}

function timeOf(args: readonly string[], env: NodeJS.ProcessEnv): { ms: number; ended: boolean } {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore', timeout: 120_000 });
  return { ms: performance.now() - started, ended: status === 0 };
}
