import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { directoriesOf } from '../../src/ground/directories.ts';
import { makeBrowser } from './browser-script.ts';
import { run, start, type Run, type RunOptions, type Running } from './run.ts';
import { onWindows } from '../tools/systems.ts';

/** Registers cleanup for the end of the test, like the test context's `onTestFinished`. */
export type After = (clean: () => void | Promise<void>) => void;

type Given = Partial<Omit<RunOptions, 'env'>> & { readonly env?: Readonly<Record<string, string | undefined>> };

/** An empty machine with its own home, configuration and temporary directories. */
export interface Machine {
  readonly directory: string;
  readonly home: string;
  readonly configDirectory: string;
  /** Where key files are stored. */
  readonly dataDirectory: string;
  readonly temporaryDirectory: string;
  /** Where the browser records what it saw. */
  readonly pagePath: string;
  /** The command for `BROWSER`. */
  readonly browser: string;
  run(args: readonly string[], given?: Given): Promise<Run>;
  start(args: readonly string[], given?: Given): Running;
}

/** Every run gets the machine's variables and `env`; of the developer's, only PATH and, on Windows, NODE_OPTIONS. */
export async function newMachine(after: After, env: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const directory = await mkdtemp(join(tmpdir(), 'journey-'));
  after(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const [home, temporaryDirectory] = [join(directory, 'home'), join(directory, 'tmp')];
  await Promise.all([mkdir(home), mkdir(temporaryDirectory)]);
  const configDirectory = join(directory, 'config');
  const pagePath = join(directory, 'page.json');
  const browser = await makeBrowser(directory);
  const own = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    ...homeVariables(home, temporaryDirectory),
    ...preloaded,
    LANG: 'C.UTF-8',
    ...noKeychain(directory),
    OTTOKIT_TIKTOK_CONFIG_DIR: configDirectory,
    BROWSER: browser,
    JOURNEY_PAGE: pagePath,
    ...env,
  };
  const { platform } = process;
  const system = { env: own, platform, homeOfUser: () => home, workingDirectory: () => directory };
  const dataDirectory = directoriesOf(system).data();
  const options = ({ env: more = {}, ...rest }: Given): RunOptions => ({ ...rest, env: defined({ ...own, ...more }) });
  return {
    ...{ directory, home, configDirectory, dataDirectory, temporaryDirectory, pagePath, browser },
    run: (args, given = {}) => run(args, options(given)),
    start: (args, given = {}) => {
      const running = start(args, options(given));
      after(async () => {
        running.kill('SIGKILL');
        await running.ended.catch(() => undefined);
      });
      return running;
    },
  };
}

/** Keeps the program away from the developer's keychain: no session bus on Linux, no keychain package elsewhere. */
export const noKeychain = (directory: string): Readonly<Record<string, string>> =>
  process.platform === 'linux'
    ? { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(directory, 'no-bus')}` }
    : { NAPI_RS_NATIVE_LIBRARY_PATH: join(directory, 'no-package') };

/** Under Wine, every Node process must load test/windows/preload.cjs. */
const preloaded = onWindows && process.env['NODE_OPTIONS'] ? { NODE_OPTIONS: process.env['NODE_OPTIONS'] } : {};

/** The variables that determine where a user's files are, for every system. */
export const homeVariables = (home: string, temporary: string): Readonly<Record<string, string>> => ({
  HOME: home,
  USERPROFILE: home,
  APPDATA: join(home, 'AppData', 'Roaming'),
  LOCALAPPDATA: join(home, 'AppData', 'Local'),
  TMPDIR: temporary,
  TEMP: temporary,
  TMP: temporary,
});

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Every file below a directory, with its path and contents. */
export async function filesBelow(directory: string): Promise<readonly { path: string; bytes: Buffer }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return await Promise.all(files.map(async (path) => ({ path, bytes: await readFile(path) })));
}

/** Differs between workers that run at the same time. On Windows, every process id is a multiple of four. */
const worker = Number(process.env['VITEST_POOL_ID'] ?? '0') % 8;
let nextPort = 20_000 + ((process.pid >> 2) % 25) * 400 + worker;

/**
 * An unused loopback port, below the range that the system assigns. Each call returns a different port, so that tests
 * that run at the same time don't collide.
 */
export async function freePort(): Promise<number> {
  nextPort += 8;
  const port = nextPort;
  return (await isFree(port)) ? port : await freePort();
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

export function redirectUrlOn(port: number): string {
  return `http://127.0.0.1:${String(port)}/callback`;
}
