import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Client from 'pg/lib/client.js';

/** A PostgreSQL server for the tests, in its own directory. */
export interface Server {
  readonly port: number;
  readonly directory: string;
  /** Creates a database and returns its address. */
  readonly database: (name: string) => Promise<string>;
  /** Runs SQL as the superuser. */
  readonly sql: <Row extends object>(database: string, text: string, values?: unknown[]) => Promise<Row[]>;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Debian installs every version in its own directory. */
export function binary(name: string): string {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  return join('/usr/lib/postgresql', versions[0] ?? '', 'bin', name);
}

/** PostgreSQL refuses to run as root. */
export const asPostgres = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];

interface ServerSettings {
  /** Lines to add to its configuration. */
  readonly settings?: string;
  /** Starts a standby that copies this server and follows it, read-only until `pg_promote()`. */
  readonly standbyOf?: Server;
}

export async function startServer({ settings = '', standbyOf }: ServerSettings = {}): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'ottokit-postgres-'));
  const uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  chownSync(directory, uid, -1);
  const data = join(directory, 'data');
  const run = (name: string, ...args: string[]): void => {
    execFileSync('setpriv', [...asPostgres, binary(name), ...args], { stdio: 'pipe', cwd: directory });
  };
  const initdb = [
    'initdb',
    '-D',
    data,
    '--no-sync',
    '-A',
    'trust',
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
  ] as const;
  if (standbyOf === undefined) run(...initdb);
  else run('pg_basebackup', '-D', data, '-c', 'fast', '-R', '-d', addressOf(standbyOf.port));
  const port = await freePort();
  // A standby's file already names the server to follow. The last value counts.
  appendFileSync(
    join(data, 'postgresql.auto.conf'),
    `port = ${String(port)}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${directory}'\nmax_connections = 300\nshared_buffers = 64MB\n${settings}\n`,
  );
  let child: ChildProcess | undefined;
  const server: Server = {
    port,
    directory,
    async start() {
      await until(async () => {
        // PostgreSQL refuses to start while a process of a killed server is still exiting.
        if (child?.exitCode !== null || child.signalCode !== null)
          child = spawn('setpriv', [...asPostgres, binary('postgres'), '-D', data], {
            stdio: 'ignore',
            cwd: directory,
          });
        await query(port, 'postgres', 'SELECT 1');
      });
    },
    async kill(signal) {
      // The server may have been killed before.
      const ended = child?.signalCode === null && new Promise((resolve) => child?.once('exit', resolve));
      const pid = String(child?.pid);
      const served = ended && readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
      child?.kill(signal);
      await ended;
      // A killed server's processes notice a moment later, and until then they still answer.
      while (served && served.some((each) => existsSync(`/proc/${each}`))) await sleep(10);
      rmSync(join(data, 'postmaster.pid'), { force: true });
    },
    async database(name) {
      await query(port, 'postgres', `CREATE DATABASE ${name}`);
      return addressOf(port, name);
    },
    sql: (database, text, values) => query(port, database, text, values),
    async stop() {
      await server.kill('SIGQUIT').catch(() => undefined);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  mkdirSync(join(directory, 'home'), { recursive: true });
  await server.start();
  return server;
}

const addressOf = (port: number, database = ''): string =>
  `postgresql://postgres@127.0.0.1:${String(port)}/${database}`;

async function query<Row extends object>(
  port: number,
  database: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function until<T>(work: () => Promise<T>, ms = 20_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}

export async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
