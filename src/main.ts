import { setMaxListeners } from 'node:events';
import { fstatSync, readFileSync, statSync, writeSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import type { Writable } from 'node:stream';
import packageJson from '../package.json' with { type: 'json' };
import { run } from './cli.ts';
import type { ProgramOptions } from './cli/run-command.ts';
import type { Program } from './commands/program.ts';
import { directoriesOf, type Directories } from './ground/directories.ts';
import type { Env } from './ground/env.ts';
import { fail } from './ground/errors.ts';
import type { Clipboard, Http, Io, Say } from './ground/io.ts';
import type { TerminalOutput } from './ground/streams.ts';
import { sayWithProfileFlag, withProfileFlag } from './ground/profile-flag.ts';
import { asFailure } from './ground/system-error.ts';
import { takeEnvironment } from './desktop/child-environment.ts';
import { makeClock } from './terminal/clock.ts';
import { ignoredSignals } from './terminal/ignored-signals.ts';
import { glyphsFor } from './terminal/glyphs.ts';
import { makePaint } from './terminal/paint.ts';
import { restoreTerminal } from './terminal/restore.ts';
import { drained, makeResults } from './ground/results.ts';
import { screenfuls } from './terminal/screenfuls.ts';
import { makeTerminal } from './terminal/terminal.ts';
import { typeset } from './terminal/typography.ts';
import { wrapRow } from './terminal/width.ts';

// stdin, stdout and stderr are opened when they are needed: each takes a while at every start.
const { platform } = process;
// No program that is started from here inherits what is secret in the environment.
const startEnv = takeEnvironment(process.env, platform);
// conf asks for the home as it is loaded, and would fail for a user without one; it gets a directory from us anyway.
process.env['HOME'] ??= '';
// Windows would show a text that is written around the stream in another code page.
const isDirect = platform !== 'win32' && !isTerminal(1);
const results = makeResults({ fd: 1, isDirect, stream: () => process.stdout });
const opened: Writable[] = [];
const interruption = new AbortController();
// Much waits for an interruption at once; that is no leak.
setMaxListeners(0, interruption.signal);
const leaving: (() => void)[] = [];
let hasEnded = false;

/** How long open handles may keep the process after its work is done, in milliseconds. */
const exitTimeoutMs = 500;

const ignored = ignoredSignals({
  env: startEnv,
  platform,
  isTerminal,
  parentStatus: () => readFileSync(`/proc/${String(process.ppid)}/status`, 'utf8'),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ignored.has(signal)) return;
    if (hasEnded || interruption.signal.aborted) leaveAtOnce();
    interruption.abort(fail('interrupted', {}));
  });
}
process.on('uncaughtException', failUnrendered);

/** Every request that an interruption did not end may change something at TikTok Shop. */
let requestsUnderWay = 0;

function leaveAtOnce(): never {
  const { message, fix } = fail('interrupted-unanswered', {});
  if (requestsUnderWay > 0) writeSync(process.stderr.fd, `\n${message}\n→ ${fix}\n`);
  process.exit(130);
}

run(process.argv.slice(2), {
  version: packageJson.version,
  env: startEnv,
  configDirectory: () => directoriesFrom(startEnv).config(),
  makeProgram,
  write: results.write,
  columns,
}).then(end, failUnrendered);

/** What `run` does not render: a mistake in rendering, or an event that nobody handles. */
function failUnrendered(thrown: unknown): void {
  const { message, fix } = asFailure(thrown);
  process.stderr.write(`${message}\n→ ${fix}\n`);
  void end(1);
}

async function end(exitCode: number): Promise<void> {
  if (hasEnded) return;
  hasEnded = true;
  for (const leave of leaving) leave();
  const problem = await results.settled();
  if (problem !== undefined) process.stderr.write(`The output could not be written (${problem}).\n`);
  await Promise.all(opened.map(drained));
  process.exitCode = problem === undefined ? exitCode : 1;
  setTimeout(() => process.exit(), exitTimeoutMs).unref();
}

/** What is a device but not the null device; `node:tty` would take a while to load. */
function isTerminal(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isCharacterDevice() && found.rdev !== statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}

function makeProgram(options: ProgramOptions): Program {
  const { env, color, byDefault } = options;
  const glyphs = glyphsFor({ env, platform });
  const named = (text: string): string => withProfileFlag(text, 'default', byDefault);
  return {
    io: makeIo(options),
    version: packageJson.version,
    style: { paint: makePaint({ env, stream: stdoutStream(), color }), glyphs },
    print: (output) => {
      results.write(`${named(output)}\n`);
    },
    printText: (output) => {
      results.write(`${wrapped(typeset(named(output), glyphs))}\n`);
    },
    pages: (output) => screenfuls(wrapped(typeset(named(output), glyphs)), stdoutStream()),
  };
}

/** stdout as far as it matters for formatting: it is not opened to learn that it is no terminal. */
function stdoutStream(): Pick<TerminalOutput, 'isTTY' | 'columns' | 'rows'> {
  return isDirect ? {} : process.stdout;
}

/** Some terminals report none. */
function columns(): number {
  const reported = stdoutStream().columns ?? 0;
  return reported > 0 ? reported : 80;
}

/** Lines broken at spaces to a terminal's width; for a file or a pipe they stay as they are. */
function wrapped(output: string): string {
  if (stdoutStream().isTTY !== true) return output;
  const width = Math.min(100, columns());
  return output
    .split('\n')
    .flatMap((line) => wrapRow(line, width))
    .join('\n');
}

/** Where this program keeps its files. */
function directoriesFrom(env: Env): Directories {
  const [homeOfUser, workingDirectory] = [() => userInfo().homedir, () => process.cwd()];
  return directoriesOf({ env, platform, homeOfUser, workingDirectory });
}

function makeIo({ env, color, debug, byDefault }: ProgramOptions): Io {
  const { signal } = interruption;
  const clock = makeClock();
  const directories = directoriesFrom(env);
  const terminal = once(() => {
    const { stdin, stderr } = process;
    opened.push(stderr.on('error', () => undefined));
    // However it ends, a second Ctrl-C included.
    process.on('exit', () => {
      restoreTerminal({ stdin, stderr, env });
    });
    const { ask, say } = makeTerminal({ stdin, stderr, env, platform, color, clock, signal, own: process });
    return { ask, say: sayWithProfileFlag(say, 'default', byDefault) };
  });
  const clipboard = lazyClipboard(env);
  return {
    get ask() {
      return terminal().ask;
    },
    get say() {
      return terminal().say;
    },
    openBrowser: async (url) => {
      const { makeOpenBrowser } = await import('./desktop/browser-opener.ts');
      return await makeOpenBrowser({ env, platform, clock })(url);
    },
    get clipboard() {
      return terminal().ask === null ? null : clipboard;
    },
    http: lazyHttp(env, debug ? () => terminal().say : null),
    clock,
    env,
    get configDirectory() {
      return directories.config();
    },
    get dataDirectory() {
      return directories.data();
    },
    host: {
      platform,
      isRoot: process.getuid?.() === 0,
      nodeVersion: process.versions.node,
      homeDirectory: directories.home,
      temporaryDirectory: tmpdir(),
      own: process,
    },
    readStdin,
    signal,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

async function readStdin(): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) return '';
  const { addAbortSignal } = await import('node:stream');
  const { buffer } = await import('node:stream/consumers');
  const { decodeText } = await import('./ground/decode-text.ts');
  // Whoever writes to it may take forever.
  return decodeText(await buffer(addAbortSignal(interruption.signal, stdin)));
}

/** The clipboard, loaded with the first copy. */
function lazyClipboard(env: Env): Clipboard {
  let loaded: Promise<Clipboard> | undefined;
  const load = async (): Promise<Clipboard> => {
    const { makeClipboard } = await import('./desktop/clipboard.ts');
    return makeClipboard({ env, platform, stderr: process.stderr });
  };
  return {
    copy: async (text) => await (await (loaded ??= load())).copy(text),
    clear: async () => {
      await (await loaded)?.clear();
    },
  };
}

/**
 * HTTP, loaded with the first request. With `--debug` each request is shown: its method, host and path, never its query,
 * which carries the App Secret to TikTok Shop's token host.
 */
function lazyHttp(env: Env, debug: (() => Say) | null): Http {
  let loaded: Promise<Http> | undefined;
  const load = async (): Promise<Http> => {
    const { makeHttp } = await import('./network/http.ts');
    const { http, close } = makeHttp({ env, userAgent: `ottokit-tiktok/${packageJson.version}` });
    leaving.push(close);
    return http;
  };
  return async (request) => {
    requestsUnderWay += 1;
    const answer = await (await (loaded ??= load()))(request).finally(() => (requestsUnderWay -= 1));
    const { host, pathname } = new URL(request.url);
    const outcome = answer.answered ? String(answer.status) : answer.reason;
    debug?.().line(`debug: ${request.method} ${host}${pathname} → ${outcome}`);
    return answer;
  };
}
