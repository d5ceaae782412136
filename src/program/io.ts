import { tmpdir } from 'node:os';
import type { ProgramOptions } from '../cli/shell.ts';
import type { Clipboard, Http, Io, Say } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { mapMessages } from '../ground/profile-flag.ts';
import { makeClock } from '../terminal/clock.ts';
import { makeTerminal } from '../terminal/terminal.ts';
import type { Surroundings } from './surroundings.ts';

/** The outside world. Each part of it is loaded or opened when it is first used. */
export function makeIo({ env, color, debug, addFlags }: ProgramOptions, surroundings: Surroundings): Io {
  const { own, signal, opened, version } = surroundings;
  const { platform } = own;
  const clock = makeClock();
  const directories = surroundings.directories(env);
  const terminal = once(() => {
    opened.push(own.stderr.on('error', () => undefined));
    const { ask, say } = makeTerminal({ own, env, color, clock, signal });
    return { ask, say: mapMessages(say, addFlags) };
  });
  const loadClipboard = once(async () => {
    const { makeClipboard } = await import('../desktop/clipboard.ts');
    return makeClipboard({ env, platform, stderr: own.stderr });
  });
  const clipboard: Clipboard = {
    copy: async (text) => await (await loadClipboard()).copy(text),
    clear: async () => {
      await (await loadClipboard()).clear();
    },
  };
  const http = lazyHttp(surroundings, debug ? () => terminal().say : null, async () => {
    const { makeHttp } = await import('../network/http.ts');
    return makeHttp({ env, userAgent: `ottokit-tiktok/${version}` });
  });
  return {
    get ask() {
      return terminal().ask;
    },
    get say() {
      return terminal().say;
    },
    openBrowser: async (url) => {
      const { openBrowser } = await import('../desktop/browser-opener.ts');
      return await openBrowser(url, { env, platform, clock });
    },
    get clipboard() {
      return terminal().ask === null ? null : clipboard;
    },
    http,
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
      isRoot: own.getuid?.() === 0,
      nodeVersion: own.versions.node,
      homeDirectory: directories.home,
      temporaryDirectory: tmpdir(),
      own,
    },
    readStdin: () => readStdin(surroundings),
    signal,
  };
}

async function readStdin({ own: { stdin }, signal }: Surroundings): Promise<string> {
  if (stdin.isTTY) return '';
  const { addAbortSignal } = await import('node:stream');
  const { buffer } = await import('node:stream/consumers');
  const { decodeText } = await import('../ground/decode-text.ts');
  // The program that writes to it may never finish.
  return decodeText(await buffer(addAbortSignal(signal, stdin)));
}

/**
 * HTTP, loaded with the first request. With `--debug` it shows each request's method, host and path, but never its query,
 * which carries the App Secret to TikTok Shop's token host.
 */
function lazyHttp(
  { requests }: Surroundings,
  debug: (() => Say) | null,
  load: () => Promise<{ http: Http; close: () => void }>,
): Http {
  const loaded = once(async () => {
    const { http, close } = await load();
    requests.close = close;
    return http;
  });
  return async (request) => {
    requests.underWay += 1;
    const answer = await (await loaded())(request).finally(() => (requests.underWay -= 1));
    const { host, pathname } = new URL(request.url);
    const outcome = answer.answered ? String(answer.status) : answer.reason;
    debug?.().line(`debug: ${request.method} ${host}${pathname} → ${outcome}`);
    return answer;
  };
}
