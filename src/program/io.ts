import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import type { ProgramOptions } from '../cli/prepare.ts';
import { makeClock } from '../ground/clock.ts';
import type { Directories } from '../ground/directories.ts';
import type { Clipboard, HttpAnswer, HttpRequest, Io, TerminalOutput } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { mapMessages } from '../ground/profile-flag.ts';
import { makeTerminal } from '../terminal/terminal.ts';

/** The properties of stdout that formatting depends on; `undefined` if it isn't a terminal. */
export type Stdout = Pick<TerminalOutput, 'isTTY' | 'columns' | 'rows'>;

/** The process, and what main.ts needs to end it cleanly. */
export interface Surroundings {
  readonly version: string;
  readonly ownProcess: NodeJS.Process;
  readonly stdout: () => Stdout;
  readonly write: (text: string) => void;
  readonly directories: Directories;
  readonly signal: AbortSignal;
  /** Streams to drain before the process ends. */
  readonly opened: Writable[];
  /** `underWay` counts the requests without a response. `close` ends them. */
  readonly requests: { underWay: number; close: () => void };
}

/** Connects `Io` to the real world. Loads or opens each part when it is first used. */
export function makeIo({ env, color, debug, addFlags }: ProgramOptions, surroundings: Surroundings): Io {
  const { ownProcess, directories, signal, opened, requests, version } = surroundings;
  const { platform } = ownProcess;
  const clock = makeClock();
  const terminal = once(() => {
    opened.push(ownProcess.stderr.on('error', () => undefined));
    const { ask, say } = makeTerminal({ ownProcess, env, color, clock, signal });
    return { ask, say: mapMessages(say, addFlags) };
  });
  const loadClipboard = once(async () => {
    const { makeClipboard } = await import('../desktop/clipboard.ts');
    return makeClipboard({ env, platform, stderr: ownProcess.stderr });
  });
  const clipboard: Clipboard = {
    copy: async (text) => await (await loadClipboard()).copy(text),
    clear: async () => await (await loadClipboard()).clear(),
  };
  const loadHttp = once(async () => {
    const { makeHttp } = await import('../network/http.ts');
    const { http, close } = makeHttp({ env, userAgent: `ottokit-tiktok/${version}` });
    requests.close = close;
    return http;
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
    http: async (request) => {
      requests.underWay += 1;
      const answer = await (await loadHttp())(request).finally(() => (requests.underWay -= 1));
      if (debug) terminal().say.line(`debug: ${summaryOf(request, answer)}`);
      return answer;
    },
    clock,
    env,
    configDirectory: directories.config,
    dataDirectory: directories.data,
    host: {
      platform,
      nodeVersion: ownProcess.versions.node,
      homeDirectory: directories.home(),
      temporaryDirectory: tmpdir(),
      ownProcess,
    },
    stdin: () => (ownProcess.stdin.isTTY ? null : ownProcess.stdin),
    signal,
  };
}

/** Describes a request without its query, because the token host's queries contain the App Secret. */
function summaryOf({ method, url }: HttpRequest, answer: HttpAnswer): string {
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname} → ${answer.answered ? String(answer.status) : answer.reason}`;
}
