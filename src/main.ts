import { homedir, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import envPaths from 'env-paths';
import packageJson from '../package.json' with { type: 'json' };
import { run, type GlobalOptions } from './cli.ts';
import type { Program } from './commands/program.ts';
import { fail } from './errors.ts';
import type { Ask, Http, Io, Say } from './io.ts';
import type { AskSettings } from './terminal/ask.ts';
import { makeClock } from './terminal/clock.ts';
import { glyphsFor, makePaint, type Glyphs } from './terminal/paint.ts';
import { restoreTerminal } from './terminal/restore.ts';
import { makeSay } from './terminal/say.ts';
import { Screen } from './terminal/screen.ts';

const { env, stdin, stdout, stderr } = process;
const interruption = new AbortController();
const leaving: (() => void | Promise<void>)[] = [];

/** How long open handles may keep the process after its work is done, in milliseconds. */
const graceful = 500;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(fail('interrupted', {}));
  });
}
// Whoever reads the output may stop reading (`| head`); that is no failure.
stdout.on('error', () => {
  process.exit(process.exitCode ?? 0);
});
stderr.on('error', () => undefined);

void run(process.argv.slice(2), {
  version: packageJson.version,
  env,
  makeProgram,
  write: (output) => {
    stdout.write(output);
  },
}).then(async (exitCode) => {
  process.exitCode = exitCode;
  await Promise.all(leaving.map((leave) => leave()));
  setTimeout(() => {
    process.exit(exitCode);
  }, graceful).unref();
});

function makeProgram(options: GlobalOptions): Program {
  const glyphs = glyphsFor({ env, platform: process.platform });
  return {
    io: makeIo(options, glyphs),
    version: packageJson.version,
    style: { paint: makePaint({ env, stream: stdout, color: options.color }), glyphs },
    print: (output) => {
      stdout.write(`${output}\n`);
    },
  };
}

function makeIo(options: GlobalOptions, glyphs: Glyphs): Io {
  const clock = makeClock();
  const paths = envPaths('ottokit-tiktok', { suffix: '' });
  const configDirectory = env['OTTOKIT_TIKTOK_CONFIG_DIR'] ?? '';
  const paint = makePaint({ env, stream: stderr, color: options.color });
  const screen = new Screen({ stream: stderr, env, ellipsis: glyphs.ellipsis });
  const say = makeSay({ screen, paint, glyphs, clock });
  leaving.push(() => {
    restoreTerminal({ stdin, stderr, env });
  });
  return {
    ask: stdin.isTTY && stderr.isTTY ? lazyAsk({ stdin, screen, paint, glyphs, clock, env }) : null,
    say,
    openBrowser: async (url) => {
      const { makeOpenBrowser } = await import('./terminal/browser-opener.ts');
      return await makeOpenBrowser({ env, platform: process.platform })(url);
    },
    http: lazyHttp(options.debug ? say : null),
    clock,
    env,
    configDirectory: configDirectory === '' ? paths.config : resolve(configDirectory),
    dataDirectory: paths.data,
    host: {
      platform: process.platform,
      isRoot: process.getuid?.() === 0,
      nodeVersion: process.versions.node,
      homeDirectory: homedir(),
      temporaryDirectory: tmpdir(),
      own: process,
    },
    readStdin: () => (stdin.isTTY ? Promise.resolve('') : text(stdin)),
    signal: interruption.signal,
  };
}

/** Questions, loaded with the first of them. */
function lazyAsk(settings: AskSettings): Ask {
  const loaded = async (): Promise<Ask> => (await import('./terminal/ask.ts')).makeAsk(settings);
  return {
    select: async (question) => (await loaded()).select(question),
    confirm: async (question) => (await loaded()).confirm(question),
    text: async (question) => (await loaded()).text(question),
    password: async (question) => (await loaded()).password(question),
    checklist: async (question) => (await loaded()).checklist(question),
  };
}

/**
 * HTTP, loaded with the first request. With `--debug` each request is told: its method, host and path, never its query
 * (on TikTok Shop's token host the App Secret stands there).
 */
function lazyHttp(debug: Say | null): Http {
  let loaded: Promise<Http> | undefined;
  const load = async (): Promise<Http> => {
    const { makeHttp } = await import('./network/http.ts');
    const { http, close } = makeHttp({ env, userAgent: `ottokit-tiktok/${packageJson.version}` });
    leaving.push(close);
    return http;
  };
  return async (request) => {
    const answer = await (await (loaded ??= load()))(request);
    const { host, pathname } = new URL(request.url);
    const came = answer.answered ? String(answer.status) : answer.reason;
    debug?.line(`debug: ${request.method} ${host}${pathname} → ${came}`);
    return answer;
  };
}
