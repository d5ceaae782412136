import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import type { ProgramOptions } from '../cli/prepare.ts';
import type { Program } from '../commands/program.ts';
import { makeClock } from '../ground/clock.ts';
import type { Directories } from '../ground/directories.ts';
import type { Clipboard, HttpAnswer, HttpRequest, Io, TerminalOutput } from '../ground/io.ts';
import { once } from '../ground/once.ts';
import { mapMessages } from '../ground/profile-flag.ts';
import { glyphsFor, makePaint, typeset } from '../terminal/style.ts';
import { makeTerminal } from '../terminal/terminal.ts';
import { wrapRow } from '../terminal/width.ts';

/** The properties of stdout that formatting depends on; `undefined` if it isn't a terminal. */
type Stdout = Pick<TerminalOutput, 'isTTY' | 'columns' | 'rows'>;

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

export function makeProgram(options: ProgramOptions, surroundings: Surroundings): Program {
  const { env, color, addFlags, moveTo } = options;
  const { version, ownProcess, stdout, write } = surroundings;
  const glyphs = glyphsFor({ env, platform: ownProcess.platform });
  const format = (text: string): string => wrapped(typeset(addFlags(text), glyphs), stdout());
  return {
    io: makeIo(options, surroundings),
    version,
    addFlags,
    moveTo,
    style: { paint: makePaint({ env, stream: stdout(), color }), glyphs },
    print: (text) => write(`${addFlags(text)}\n`),
    printText: (text) => write(`${format(text)}\n`),
    pages: (text) => screenfuls(format(text), stdout()),
  };
}

/** Connects `Io` to the real world. Loads or opens each part when it is first used. */
function makeIo({ env, color, debug, addFlags }: ProgramOptions, surroundings: Surroundings): Io {
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

/** Returns the width of stdout; 80 if it isn't a terminal, or doesn't report its width. */
export const columnsOf = ({ columns = 0 }: Stdout): number => (columns > 0 ? columns : 80);

/** Wraps lines at spaces to fit a terminal. Lines for a file or a pipe stay as they are. */
export function wrapped(text: string, stdout: Stdout): string {
  if (stdout.isTTY !== true) return text;
  const width = Math.min(100, columnsOf(stdout));
  const rows = text.split('\n').flatMap((line) => wrapRow(line, width));
  return rows.join('\n');
}

/** Splits wrapped text into pieces that fit on the screen above a question. Without a screen, there is one piece. */
export function screenfuls(text: string, { isTTY, rows = 0 }: Stdout): readonly string[] {
  const maxRows = rows - 2;
  if (isTTY !== true || maxRows < 1) return [text];
  const lines = text.split('\n');
  const starts = Array.from({ length: Math.ceil(lines.length / maxRows) }, (_, index) => index * maxRows);
  return starts.map((start) => lines.slice(start, start + maxRows).join('\n'));
}
