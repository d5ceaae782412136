import { spawnSync } from 'node:child_process';

/** The measured commands, run by the same Node as the benchmark. */
export function startCases({ launcher, stores }) {
  const program = (env, ...args) => ({ args: [launcher, ...args], env });
  return {
    bare: { args: ['-e', '0'], env: stores.none },
    '--version': program(stores.none, '--version'),
    '--help': program(stores.none, '--help'),
    scopes: program(stores.none, 'scopes'),
    'status, 1 profile': program(stores.one, 'status'),
    'status, 500 profiles': program(stores.many, 'status'),
    'token, 1 profile': program(stores.one, 'token'),
    'token, 500 profiles': program(stores.many, 'token'),
  };
}

export function peerCases(peers, env) {
  const cases = peers.flatMap(({ title, script }) =>
    ['--version', '--help'].map((flag) => [`${title} ${flag}`, { args: [script, flag], env, peer: true }]),
  );
  return Object.fromEntries(cases);
}

/** Milliseconds from the start of each case to its end, by name, measured in turns. */
export function startTimes(cases, rounds) {
  const names = Object.keys(cases);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    // Each turn begins with another case, so that none always follows the same one.
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(place + round) % names.length];
      const { args, env, peer = false } = cases[name];
      // Some peers take seconds, so fewer rounds are enough.
      if (peer && round > 8) continue;
      const { ms, ended } = timeOf(args, env);
      if (!ended && !peer) throw new Error(`${name} failed: ${args.join(' ')}`);
      // The first round warms the disk's cache. A peer that doesn't run on this Node has no time.
      if (round > 0) times[name].push(ended ? ms : NaN);
    }
  }
  return times;
}

function timeOf(args, env) {
  const started = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore', timeout: 120_000 });
  return { ms: Number(process.hrtime.bigint() - started) / 1e6, ended: status === 0 };
}
