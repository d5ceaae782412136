// The journeys of a Windows user, run by a Windows Node, so that pipes and processes are those of Windows:
//
//   node.exe driver.mjs RESULT INPUT
//
// INPUT is JSON. Writes every scenario's result, by name, to RESULT for the test to check.
import { spawn, type ChildProcessWithoutNullStreams, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

interface Input {
  /** The path of node.exe. */
  readonly node: string;
  readonly origin: string;
  readonly control: string;
  readonly app: { readonly appKey: string; readonly appSecret: string; readonly serviceId: string };
  readonly refreshes: number;
}

const [, , resultPath = '', inputText = ''] = process.argv;
const { node, origin, control, app, refreshes } = JSON.parse(inputText) as Input;
const launcher = 'C:\\program\\node_modules\\ottokit-tiktok\\bin\\ottokit-tiktok.cjs';
const preload = 'C:\\scripts\\preload.cjs';
const root = `C:\\v${process.versions.node}`;
const home = `${root}\\seller`;

/** Calls the test on the Linux side, which runs the shop. */
const shop = async (path: string): Promise<unknown> => await (await fetch(`${control}${path}`)).json();
const counts = async () => (await shop('/counts')) as { refreshes: number };

/** The environment of a user whose configuration is in `directory`. */
function environment(directory: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const base = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(OTTOKIT|HTTPS?_|NO_PROXY|NODE_|BROWSER|FORCE_COLOR)/i.test(name),
    ),
  );
  return {
    ...base,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(home, 'AppData', 'Local'),
    OTTOKIT_TIKTOK_CONFIG_DIR: directory,
    OTTOKIT_TIKTOK_ORIGIN: origin,
    NO_COLOR: '1',
    ...more,
  };
}

/** How often Wine failed to start a process. On a busy machine that happens, and the next attempt works. */
let notStarted = 0;

function startProgram(args: readonly string[], options: SpawnOptions): ChildProcessWithoutNullStreams {
  try {
    return spawn(node, ['-r', preload, launcher, ...args], options) as ChildProcessWithoutNullStreams;
  } catch (error) {
    notStarted += 1;
    if ((error as NodeJS.ErrnoException).code !== 'UNKNOWN' || notStarted > 5) throw error;
    return startProgram(args, options);
  }
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin?: string;
}

export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], { env, stdin = '' }: RunOptions) {
  const child = startProgram(args, { env });
  const shown = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (shown.stderr += text));
  child.stdin.on('error', () => undefined).end(stdin);
  const ended = once(child, 'close').then(([exitCode]): Run => ({ exitCode: exitCode as number | null, ...shown }));
  return { child, shown, ended };
}

const run = async (args: readonly string[], options: RunOptions): Promise<Run> => await start(args, options).ended;

/** Runs `connect` without a terminal. The driver acts as the browser and follows the printed link. */
async function connect(env: NodeJS.ProcessEnv, port: number, profile = 'default') {
  const redirectUrl = `http://127.0.0.1:${String(port)}/callback`;
  const flags = ['--region', 'row', '--redirect-url', redirectUrl, '--app-key', app.appKey];
  const { child, shown, ended } = start(
    ['connect', ...flags, '--service-id', app.serviceId, '--app-secret-stdin', '--yes', '--json'].concat([
      '--no-browser',
      '--debug',
      '--profile',
      profile,
    ]),
    { env, stdin: `${app.appSecret}\n` },
  );
  await shop(`/redirect?to=${encodeURIComponent(redirectUrl)}`);
  const address = () => /^\s*(http:\/\/\S+\/open\/authorize\?\S+)\s*$/m.exec(shown.stderr)?.[1];
  while (address() === undefined && child.exitCode === null) {
    await Promise.race([once(child.stderr, 'data'), ended]);
  }
  const found = address();
  const page = found === undefined ? null : await (await fetch(found)).text();
  return { ...(await ended), page };
}

/** Connects and waits until the token has expired, so that the next `token` refreshes it. */
async function connectExpired(env: NodeJS.ProcessEnv, port: number) {
  await shop('/lifetime?seconds=1');
  const connected = await connect(env, port);
  if (connected.exitCode !== 0) throw new Error(`connect failed: ${connected.stderr}${connected.stdout}`);
  await expire(env);
  return connected;
}

/** Waits until the stored token has expired. */
async function expire(env: NodeJS.ProcessEnv): Promise<void> {
  for (;;) {
    const { stdout } = await run(['status', '--json'], { env });
    const { profiles } = JSON.parse(stdout) as { profiles: readonly { accessTokenExpiresAt: string }[] };
    if (Date.parse(profiles[0]?.accessTokenExpiresAt ?? '') <= Date.now()) return;
  }
}

/** Starts a process that opens and reads a file over and over, as an indexer or a virus scanner does. */
function reader(path: string) {
  const script = `const fs = require('node:fs');
    process.stdout.write('reading');
    for (;;) { try { const file = fs.openSync(${JSON.stringify(path)}); fs.readSync(file, Buffer.alloc(64)); fs.closeSync(file); } catch {} }`;
  const child = spawn(node, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  return { child, reading: once(child.stdout, 'data') };
}

const scenarios = {
  async demo() {
    return await run(['connect', '--demo', '--json'], { env: environment(`${root}\\demo`) });
  },

  async journey() {
    const env = environment(`${root}\\journey`);
    await shop('/lifetime?seconds=604800');
    const connected = await connect(env, 18_101);
    const again = await run(['connect', '--json'], { env });
    const status = await run(['status', '--json'], { env });
    const token = await run(['token'], { env });
    const doctor = await run(['doctor', '--json'], { env });
    const files = readdirSync(`${root}\\journey`);
    const disconnected = await run(['disconnect', '--yes', '--json'], { env });
    return { connected, again, status, token, doctor, files, disconnected, after: readdirSync(`${root}\\journey`) };
  },

  async crowdWithKeyFile() {
    return await crowd(environment(`${root}\\crowd-file`), 18_102);
  },

  async crowdWithPassphrase() {
    return await crowd(environment(`${root}\\crowd-pass`, { OTTOKIT_TIKTOK_PASSPHRASE: 'correct horse' }), 18_103);
  },

  async readers() {
    const env = environment(`${root}\\readers`);
    await connectExpired(env, 18_104);
    const readers = [reader(`${root}\\readers\\connections`), reader(`${root}\\readers\\connections`)];
    await Promise.all(readers.map(({ reading }) => reading));
    const before = await counts();
    const runs: Run[] = [];
    try {
      for (let turn = 0; turn < refreshes; turn += 1) {
        runs.push(await run(['token'], { env }));
        await expire(env);
      }
    } finally {
      for (const { child } of readers) child.kill();
    }
    return { runs, before, after: await counts() };
  },

  async killed() {
    const env = environment(`${root}\\killed`);
    await connectExpired(env, 18_105);
    await shop('/lifetime?seconds=604800');
    await shop('/hold');
    const { child, ended } = start(['token'], { env });
    await shop('/arrived');
    child.kill('SIGKILL');
    await ended;
    await shop('/release');
    const startedAt = Date.now();
    const next = await run(['token'], { env });
    return { next, duration: Date.now() - startedAt, files: readdirSync(`${root}\\killed`) };
  },

  async oddPaths() {
    const directory = `${root}\\${'long '.repeat(30)}\\Ünï & (käse) 100%PATH%\\${'x'.repeat(90)}`;
    const env = environment(directory);
    await shop('/lifetime?seconds=604800');
    const connected = await connect(env, 18_106, 'shop-2');
    const token = await run(['token', '--profile', 'shop-2'], { env });
    return { connected, token };
  },

  async busyPort() {
    const server = createServer().listen(18_107, '127.0.0.1');
    await once(server, 'listening');
    const refused = await connect(environment(`${root}\\busy`), 18_107);
    server.close();
    return refused;
  },

  async opener() {
    // A program at a path with spaces that records the address it receives.
    mkdirSync('C:\\Program Files\\My Browser', { recursive: true });
    writeFileSync(
      'C:\\Program Files\\My Browser\\browser.cjs',
      `fetch(process.argv[2]).then(async (page) => require('node:fs').writeFileSync('C:\\\\opened.txt', process.argv[2]));`,
    );
    const env = environment(`${root}\\opener`, {
      BROWSER: `"${node}" -r ${preload} "C:\\Program Files\\My Browser\\browser.cjs" %s`,
    });
    await shop('/lifetime?seconds=604800');
    const flags = ['--region', 'row', '--redirect-url', 'http://127.0.0.1:18108/callback', '--app-key', app.appKey];
    await shop(`/redirect?to=${encodeURIComponent('http://127.0.0.1:18108/callback')}`);
    const connected = await run(
      ['connect', ...flags, '--service-id', app.serviceId, '--app-secret-stdin', '--yes', '--json', '--timeout', '0.5'],
      { env, stdin: `${app.appSecret}\n` },
    );
    return { connected };
  },

  async bigOutput() {
    const env = environment(`${root}\\fleet`, { OTTOKIT_TIKTOK_PASSPHRASE: 'correct horse' });
    mkdirSync(`${root}\\fleet`, { recursive: true });
    writeFileSync(`${root}\\fleet\\connections`, readFileSync('C:\\fleet.store'));
    const whole = await run(['status', '--json'], { env });
    const slow = await slowly(['status', '--json'], env);
    const stopped = await stopEarly(['status', '--json'], env);
    return { wholeBytes: whole.stdout.length, slow, stopped };
  },
};

async function crowd(env: NodeJS.ProcessEnv, port: number) {
  const connected = await connectExpired(env, port);
  await shop('/lifetime?seconds=604800');
  const before = await counts();
  const runs = await Promise.all(Array.from({ length: 20 }, () => run(['token'], { env })));
  return { connected, runs, before, after: await counts() };
}

/** Reads no output for two seconds, like `| (sleep 2; wc -c)`. */
async function slowly(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = startProgram(args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length)).pause();
  const closed = once(child, 'close');
  setTimeout(() => child.stdout.resume(), 2_000);
  const [exitCode] = (await closed) as [number | null];
  return { exitCode, bytes };
}

/** Reads one chunk and closes the pipe, like `head -1`. */
async function stopEarly(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = startProgram(args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

/** The results of the scenarios. */
export type Results = { [Name in keyof typeof scenarios]: Awaited<ReturnType<(typeof scenarios)[Name]>> };

const results: Record<string, object> = {};
for (const [name, scenario] of Object.entries<() => Promise<unknown>>(scenarios)) {
  const startedAt = Date.now();
  try {
    results[name] = { result: await scenario(), ms: Date.now() - startedAt };
  } catch (error) {
    const shown = error instanceof Error ? error.stack : String(error);
    results[name] = { error: shown, ms: Date.now() - startedAt };
  }
  writeFileSync(resultPath, JSON.stringify({ ...results, notStarted }));
}
process.exit(0);
