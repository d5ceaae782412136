import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Forwards connections to port 8080 of a namespace to a Unix socket, which is visible in every namespace. */
const forwarder = `
  const net = require('node:net');
  net.createServer((from) => {
    const to = net.connect(process.argv[1]);
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  }).listen(8080, '127.0.0.1', () => console.log('ready'));`;

export interface Namespace {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** Creates a network namespace in which port 8080 of the loopback leads to the socket. Needs root. */
export async function namespaceWith(socket: string, number: number): Promise<Namespace> {
  const name = `ottokit-${String(process.pid)}-${String(number)}`;
  execFileSync('ip', ['netns', 'add', name]);
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  const inside = ['netns', 'exec', name, process.execPath, '-e', forwarder, socket];
  const child = spawn('ip', inside, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return {
    name,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      execFileSync('ip', ['netns', 'delete', name]);
    },
  };
}
