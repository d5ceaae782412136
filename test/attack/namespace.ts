import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createServer, connect as connectTo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { After } from '../journeys/machine.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/** Two simulated computers, each a network namespace, connected by a virtual cable. */
export interface Network {
  /** A command that starts a program on the first computer. */
  readonly here: readonly string[];
  /** Forwards a port on the first computer's 127.0.0.1 to the same port on the real computer's. */
  lend(port: number): Promise<void>;
  /** Returns which of these addresses accept a connection, tried from the first computer or from its neighbor. */
  reach(from: 'here' | 'neighbor', addresses: readonly string[], port: number): Promise<readonly string[]>;
  /** Starts a Node script on the first computer; resolves when it prints something. */
  serve(script: string, ...args: readonly string[]): Promise<void>;
  /** Listens on every address of the first computer, for comparison. */
  listenEverywhere(port: number): Promise<void>;
}

/** The first computer's addresses other than loopback. */
export const outward = ['10.87.0.1', 'fd87::1'];

/** Why this machine can't create such a network; undefined if it can. */
export const networkObstacle = ((): string | undefined => {
  const missing = missingPrograms('ip');
  if (missing !== undefined) return missing;
  const name = `ottokit-try-${String(process.pid)}`;
  const made = spawnSync('ip', ['netns', 'add', name]).status === 0;
  if (made) execFileSync('ip', ['netns', 'delete', name]);
  return made ? undefined : 'creating a network namespace requires root';
})();

const forward = `
const [port, path] = process.argv.slice(1);
const { connect, createServer } = require('node:net');
createServer((client) => {
  const way = connect(path);
  client.pipe(way).pipe(client);
  for (const end of [client, way]) end.on('error', () => { client.destroy(); way.destroy(); });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
`;

const everywhere = `
require('node:net').createServer((client) => client.destroy()).listen(Number(process.argv[1]), '::', () => console.log('ready'));
`;

const dialAll = `
const { connect } = require('node:net');
const [port, ...addresses] = process.argv.slice(1);
Promise.all(addresses.map((host) => new Promise((resolve) => {
  const socket = connect({ host, port: Number(port), timeout: 5000 });
  const settle = (reached) => { socket.destroy(); resolve(reached ? [host] : []); };
  socket.once('connect', () => settle(true)).once('error', () => settle(false)).once('timeout', () => settle(false));
}))).then((reached) => console.log(JSON.stringify(reached.flat())));
`;

export async function makeNetwork(after: After): Promise<Network> {
  const [first, second] = ['a', 'b'].map((end) => `ottokit-${String(process.pid)}-${end}`) as [string, string];
  const ip = async (...args: string[]): Promise<void> => {
    await promisify(execFile)('ip', args);
  };
  for (const name of [first, second]) {
    await ip('netns', 'add', name);
    after(() => ip('netns', 'delete', name));
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  await ip('-n', first, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', second);
  for (const [name, number] of [
    [first, '1'],
    [second, '2'],
  ] as const) {
    await ip('-n', name, 'address', 'add', `10.87.0.${number}/24`, 'dev', 'cable');
    await ip('-n', name, 'address', 'add', `fd87::${number}/64`, 'dev', 'cable', 'nodad');
    await ip('-n', name, 'link', 'set', 'cable', 'up');
  }
  const within = (name: string): readonly string[] => ['ip', 'netns', 'exec', name];
  const serve = (script: string, ...args: readonly string[]): Promise<void> =>
    served(after, within(first), script, args);
  return {
    here: within(first),
    async lend(port) {
      const path = await socketTo(after, port);
      await serve(forward, String(port), path);
    },
    serve,
    listenEverywhere: (port) => serve(everywhere, String(port)),
    async reach(from, addresses, port) {
      const [command = '', ...args] = within(from === 'here' ? first : second);
      const dial = [...args, process.execPath, '--eval', dialAll, String(port), ...addresses];
      const { stdout } = await promisify(execFile)(command, dial);
      return JSON.parse(stdout) as string[];
    },
  };
}

/** Creates a Unix socket, which works across network namespaces, that forwards to a port here. Returns its path. */
async function socketTo(after: After, port: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ottokit-lent-'));
  const path = join(directory, 'socket');
  const server = createServer((client) => {
    const way = connectTo(port, '127.0.0.1');
    client.pipe(way).pipe(client);
    for (const end of [client, way]) {
      end.on('error', () => {
        client.destroy();
        way.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  after(async () => {
    server.close();
    await rm(directory, { recursive: true, force: true });
  });
  return path;
}

/** Starts a script that runs until the test ends; resolves when it prints something. */
async function served(
  after: After,
  [command = '', ...within]: readonly string[],
  script: string,
  args: readonly string[],
): Promise<void> {
  const child = spawn(command, [...within, process.execPath, '--eval', script, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  after(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => {
      resolve();
    });
    child.once('exit', (code) => {
      reject(new Error(`the script exited with ${String(code)}`));
    });
  });
}
