import { setMaxListeners } from 'node:events';
import { writeSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import packageJson from '../package.json' with { type: 'json' };
import { run, type GlobalOptions } from './cli.ts';
import type { Program } from './commands/program.ts';
import { fail } from './ground/errors.ts';
import type { Clipboard, Http, Io, Say } from './ground/io.ts';
import { takeEnvironment } from './desktop/child-environment.ts';
import { makeClock } from './terminal/clock.ts';
import { glyphsFor, makePaint } from './terminal/paint.ts';
import { restoreTerminal } from './terminal/restore.ts';
import { makeTerminal } from './terminal/terminal.ts';
import { typeset } from './terminal/typography.ts';
import { wrapRow } from './terminal/width.ts';

// stdin and stderr are opened when they are needed: each takes a while at every start.
const { stdout } = process;
// What is secret in the environment is handed on to no program that is started from here.
const env = takeEnvironment(process.env);
const interruption = new AbortController();
// Everything that waits hears of an interruption, and much waits at once; that is no leak.
setMaxListeners(0, interruption.signal);
const leaving: (() => void)[] = [];

/** How long open handles may keep the process after its work is done, in milliseconds. */
const graceful = 500;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) leaveAtOnce();
    interruption.abort(fail('interrupted', {}));
  });
}
/** Every request that an interruption did not end may change something at TikTok Shop. */
let requestsUnderWay = 0;

function leaveAtOnce(): never {
  const { message, fix } = fail('interrupted-unanswered', {});
  if (requestsUnderWay > 0) writeSync(process.stderr.fd, `\n${message}\n→ ${fix}\n`);
  process.exit(130);
}

stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
  // Whoever reads the output may stop reading (`| head`); that is no failure.
  if (code === 'EPIPE') process.exit(process.exitCode ?? 0);
  process.stderr.write(`The output could not be written (${code}).\n`);
  process.exit(1);
});

void run(process.argv.slice(2), {
  version: packageJson.version,
  env,
  makeProgram,
  write: (output) => {
    stdout.write(output);
  },
}).then(end, (thrown: unknown) => {
  // The one thing that `run` does not render: a mistake in rendering.
  process.stderr.write(`A mistake in ottokit-tiktok itself: ${thrown instanceof Error ? thrown.message : 'unknown'}\n`);
  end(1);
});

function end(exitCode: number): void {
  process.exitCode = exitCode;
  for (const leave of leaving) leave();
  setTimeout(() => {
    process.exit(exitCode);
  }, graceful).unref();
}

function makeProgram(options: GlobalOptions): Program {
  const glyphs = glyphsFor({ env, platform: process.platform });
  return {
    io: makeIo(options),
    version: packageJson.version,
    style: { paint: makePaint({ env, stream: stdout, color: options.color }), glyphs },
    print: (output) => {
      stdout.write(`${output}\n`);
    },
    printText: (output) => {
      stdout.write(`${wrapped(typeset(output, glyphs))}\n`);
    },
  };
}

/** Lines broken at spaces to a terminal's width; for a file or a pipe they stay as they are. */
function wrapped(output: string): string {
  if (!stdout.isTTY) return output;
  const width = Math.min(100, stdout.columns || 80);
  return output
    .split('\n')
    .flatMap((line) => wrapRow(line, width))
    .join('\n');
}

function makeIo({ color, debug }: GlobalOptions): Io {
  const { platform } = process;
  const { signal } = interruption;
  const clock = makeClock();
  const paths = envPaths('ottokit-tiktok', { suffix: '' });
  const configDirectory = env['OTTOKIT_TIKTOK_CONFIG_DIR'] ?? '';
  const terminal = once(() => {
    const { stdin, stderr } = process;
    stderr.on('error', () => undefined);
    // However it ends, a second Ctrl-C included.
    process.on('exit', () => {
      restoreTerminal({ stdin, stderr, env });
    });
    return makeTerminal({ stdin, stderr, env, platform, color, clock, signal, own: process });
  });
  const clipboard = lazyClipboard(platform);
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
    http: lazyHttp(debug ? () => terminal().say : null),
    clock,
    env,
    configDirectory: configDirectory === '' ? paths.config : resolve(configDirectory),
    dataDirectory: paths.data,
    host: {
      platform,
      isRoot: process.getuid?.() === 0,
      nodeVersion: process.versions.node,
      homeDirectory: homedir(),
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
  const { text } = await import('node:stream/consumers');
  // Whoever feeds it may take for ever.
  return await text(addAbortSignal(interruption.signal, stdin));
}

/** The clipboard, loaded with what is copied first. */
function lazyClipboard(platform: NodeJS.Platform): Clipboard {
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
 * HTTP, loaded with the first request. With `--debug` each request is told: its method, host and path, never its query
 * (on TikTok Shop's token host the App Secret stands there).
 */
function lazyHttp(debug: (() => Say) | null): Http {
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
    const came = answer.answered ? String(answer.status) : answer.reason;
    debug?.().line(`debug: ${request.method} ${host}${pathname} → ${came}`);
    return answer;
  };
}
