import { homedir, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import envPaths from 'env-paths';
import packageJson from '../package.json' with { type: 'json' };
import { run, type GlobalOptions } from './cli.ts';
import type { Program } from './commands/program.ts';
import { fail } from './errors.ts';
import type { Ask, Http, Io, OpenBrowser } from './io.ts';
import { makeClock } from './terminal/clock.ts';
import { glyphsFor, makePaint } from './terminal/paint.ts';
import { makeSay } from './terminal/say.ts';

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
  const style = { paint: makePaint({ env, stream: stdout, color: options.color }), glyphs };
  return {
    io: makeIo(options, glyphs),
    version: packageJson.version,
    style,
    print: (output) => {
      stdout.write(`${output}\n`);
    },
  };
}

function makeIo(options: GlobalOptions, glyphs: ReturnType<typeof glyphsFor>): Io {
  const clock = makeClock();
  const paths = envPaths('ottokit-tiktok', { suffix: '' });
  const configDirectory = env['OTTOKIT_TIKTOK_CONFIG_DIR'];
  const paint = makePaint({ env, stream: stderr, color: options.color });
  const say = makeSay({ stream: stderr, env, paint, glyphs });
  return {
    ask: stdin.isTTY && stderr.isTTY ? lazyAsk() : null,
    say,
    openBrowser: lazyOpenBrowser(),
    http: lazyHttp(options, say),
    clock,
    env,
    configDirectory: configDirectory === undefined || configDirectory === '' ? paths.config : resolve(configDirectory),
    dataDirectory: paths.data,
    host: {
      platform: process.platform,
      isRoot: process.getuid?.() === 0,
      nodeVersion: process.versions.node,
      homeDirectory: homedir(),
      temporaryDirectory: tmpdir(),
    },
    readStdin: () => (stdin.isTTY ? Promise.resolve('') : text(stdin)),
    signal: interruption.signal,
  };
}
