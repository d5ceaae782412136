import { setMaxListeners } from 'node:events';
import { fstatSync, readFileSync, statSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { run } from './cli.ts';
import { directoriesOf } from './ground/directories.ts';
import { takeEnvironment } from './ground/env.ts';
import { asFailure, fail } from './ground/errors.ts';
import { drained, makeResults } from './ground/results.ts';
import { columnsOf, makeProgram, wrapped, type Surroundings } from './program/program.ts';
import { ignoredSignals } from './terminal/ignored-signals.ts';

const { platform } = process;
// Reading only the version keeps the rest of package.json out of the bundle.
const version = packageJson.version;
// Programs that we start must not inherit the secrets in the environment.
const env = takeEnvironment(process.env, platform);
// The package `conf` looks up the home directory on import and fails if there is none. We always pass it a directory.
process.env['HOME'] ??= '';

const interruption = new AbortController();
// Node would warn of a leak, but many listeners at once are normal here.
setMaxListeners(0, interruption.signal);
// On Windows, text that bypasses the stream would be shown in the wrong code page.
const isDirect = platform !== 'win32' && !isTerminal(1);
const results = makeResults({ fd: 1, isDirect, stream: () => process.stdout });
const surroundings: Surroundings = {
  version,
  ownProcess: process,
  // Open stdin, stdout and stderr only when needed, because opening each one slows startup.
  stdout: () => (isDirect ? {} : process.stdout),
  write: results.write,
  directories: directoriesOf({
    env,
    platform,
    homeOfUser: () => userInfo().homedir,
    workingDirectory: () => process.cwd(),
  }),
  signal: interruption.signal,
  opened: [],
  requests: { underWay: 0, close: () => undefined },
};
let hasEnded = false;
/** Whether anyone asked the program to stop. A closed terminal doesn't count: it may send SIGHUP more than once. */
let isStopRequested = false;

const ignored = ignoredSignals({
  env,
  platform,
  isTerminal,
  parentStatus: () => readFileSync(`/proc/${String(process.ppid)}/status`, 'utf8'),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ignored.has(signal)) return;
    if (hasEnded || (isStopRequested && signal !== 'SIGHUP')) exitAtOnce();
    isStopRequested ||= signal !== 'SIGHUP';
    interruption.abort(fail('interrupted', {}));
  });
}
process.on('SIGQUIT', interruptOrQuit);
process.on('uncaughtException', reportUnrendered);
process.on('beforeExit', reportUnfinished);

run(process.argv.slice(2), {
  version,
  env,
  configDirectory: surroundings.directories.config,
  makeProgram: (options) => makeProgram(options, surroundings),
  write: results.write,
  columns: () => columnsOf(surroundings.stdout()),
}).then(end, reportUnrendered);

/** Ctrl-\ quits at once. During a request, the first one only interrupts, as Ctrl-C does, and waits for new tokens. */
function interruptOrQuit(): void {
  if (surroundings.requests.underWay > 0 && !isStopRequested) {
    process.kill(process.pid, 'SIGTERM');
    return;
  }
  process.off('SIGQUIT', interruptOrQuit);
  process.kill(process.pid, 'SIGQUIT');
}

/** Exits at once. If a request is still unanswered, first says so, because TikTok Shop may already have acted on it. */
function exitAtOnce(): never {
  const { message, fix } = fail('interrupted-unanswered', {});
  try {
    if (surroundings.requests.underWay > 0)
      writeSync(process.stderr.fd, wrapped(`\n${message}\n→ ${fix}\n`, process.stderr));
  } finally {
    // Exit even if stderr is closed.
    process.exit(130);
  }
}

/** Reports what `run` can't: a bug in rendering, or an uncaught exception. */
function reportUnrendered(thrown: unknown): void {
  const { message, fix } = asFailure(thrown);
  process.stderr.write(wrapped(`${message}\n→ ${fix}\n`, process.stderr));
  void end(1);
}

/** Nothing is running anymore, but `run` hasn't returned. Without this, the program would exit with 0. */
function reportUnfinished(): void {
  if (!hasEnded) reportUnrendered(new Error('it stopped before it had finished'));
}

async function end(exitCode: number): Promise<void> {
  if (hasEnded) return;
  hasEnded = true;
  surroundings.requests.close();
  const problem = await results.settled();
  if (problem !== undefined) process.stderr.write(`The output couldn’t be written (${problem}).\n`);
  await Promise.all(surroundings.opened.map(drained));
  process.exitCode = problem === undefined ? exitCode : 1;
  // If no handle is open, exit before Node spends time cleaning up. Otherwise, give open handles half a second.
  if (process.getActiveResourcesInfo().length === 0) process.exit();
  setTimeout(() => process.exit(), 500).unref();
}

/** Counts any character device but the null device as a terminal, because loading `node:tty` would slow startup. */
function isTerminal(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isCharacterDevice() && found.rdev !== statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
