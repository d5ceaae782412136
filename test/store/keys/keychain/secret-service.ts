import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { missingPrograms } from './programs.ts';

/** Registers a cleanup for the end of the test, like `onTestFinished` of the test's context. */
type After = (clean: () => void | Promise<void>) => void;

/** A separate session bus with its own home; by default with an unlocked gnome-keyring on it. */
export interface Session {
  /** The environment that a program needs to find the bus. */
  readonly env: Readonly<Record<string, string>>;
  /** All entries of the program as `secret-tool` shows them, attributes and secrets. */
  search(): Promise<string>;
  /** Locks the keyring. Nobody can unlock it, because the password dialog needs a desktop. */
  lock(): Promise<void>;
  /** Suspends the keyring's process: it exists but doesn't answer. */
  freeze(): void;
  thaw(): void;
}

/** Why no session can be started on this machine; `undefined` if one can. */
export const sessionObstacle = missingPrograms('dbus-run-session', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool');

/** A bus that starts no service on demand, so that the result doesn't depend on what is installed. */
const busConfiguration = `<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

const startKeyring =
  'printf "the password" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null';
const keyringPid = `dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
  org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets 2>/dev/null`;

const lockDefault = [
  ...['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets'],
  ...['org.freedesktop.Secret.Service.Lock', 'array:objpath:/org/freedesktop/secrets/collection/login'],
];

export async function startSession(after: After, { provider = true } = {}): Promise<Session> {
  const home = await mkdtemp(join(tmpdir(), 'ottokit-session-'));
  after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const [configuration, runtime] = [join(home, 'bus.conf'), join(home, 'runtime')];
  await Promise.all([writeFile(configuration, busConfiguration), mkdir(runtime, { mode: 0o700 })]);
  const own = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: runtime };
  const script = [
    'echo "$DBUS_SESSION_BUS_ADDRESS"',
    ...(provider ? [startKeyring, `until pid=$(${keyringPid}); do sleep 0.05; done`, 'echo $pid'] : ['echo none']),
    'exec cat',
  ].join('\n');
  const bus = spawn('dbus-run-session', ['--config-file', configuration, '--', 'bash', '-c', script], {
    env: own,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => bus.once('exit', resolve));
  after(async () => {
    bus.stdin.end();
    await ended;
  });
  const [address = '', owner = ''] = await firstLines(bus, 2);
  const pid = Number(/\d+$/.exec(owner)?.[0]);
  if (provider) {
    after(() => {
      process.kill(pid, 'SIGKILL');
    });
  }
  const env = { ...own, DBUS_SESSION_BUS_ADDRESS: address };
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)(program, args, { env });
    return stdout + stderr;
  };
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime },
    search: () => run('secret-tool', 'search', '--all', 'service', 'ottokit-tiktok'),
    lock: async () => {
      await run('dbus-send', ...lockDefault);
    },
    freeze: () => process.kill(pid, 'SIGSTOP'),
    thaw: () => process.kill(pid, 'SIGCONT'),
  };
}

function firstLines(child: ChildProcessByStdio<Writable, Readable, null>, count: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (lines.push(line) === count) resolve(lines);
    });
    child.once('exit', () => {
      reject(new Error(`the session ended after it said: ${lines.join(' | ')}`));
    });
  });
}
