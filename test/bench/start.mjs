import { spawnSync } from 'node:child_process';

/** Milliseconds from the start of each program to its end, by the name of the case, in turns. */
export function startTimes({ launcher, stores, peers, rounds }) {
  const program = (env, ...args) => ({ command: [process.execPath, launcher, ...args], env });
  const cases = {
    bare: { command: [process.execPath, '-e', '0'], env: stores.none },
    '--version': program(stores.none, '--version'),
    '--help': program(stores.none, '--help'),
    scopes: program(stores.none, 'scopes'),
    'status, 1 profile': program(stores.one, 'status'),
    'status, 500 profiles': program(stores.many, 'status'),
    'token, fresh': program(stores.one, 'token'),
  };
  for (const peer of peers) {
    for (const flag of ['--version', '--help']) {
      cases[`${peer.title} ${flag}`] = { command: [process.execPath, peer.script, flag], env: stores.none, peer: true };
    }
  }
  return inTurns(cases, rounds);
}

function inTurns(cases, rounds) {
  const names = Object.keys(cases);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    // Each turn begins with another one, so that none always follows the same.
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(place + round) % names.length];
      const { command, env, peer = false } = cases[name];
      // Some peers take seconds; a few of those say enough.
      if (peer && round > 8) continue;
      const { ms, ended } = timeOf(command, env);
      if (!ended && !peer) throw new Error(`${name} failed: ${command.join(' ')}`);
      // The first round warms the disk's cache. A peer that refuses this Node has no time.
      if (round > 0) times[name].push(ended ? ms : NaN);
    }
  }
  return times;
}

function timeOf([program, ...args], env) {
  const started = process.hrtime.bigint();
  const { status } = spawnSync(program, args, { env, stdio: 'ignore', timeout: 120_000 });
  return { ms: Number(process.hrtime.bigint() - started) / 1e6, ended: status === 0 };
}
