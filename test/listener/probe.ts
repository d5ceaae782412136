import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { isFailure } from '../../src/ground/errors.ts';
import { listen, type Listener } from '../../src/listener/listener.ts';

export type Accepted = { outcome: 'approved'; code: string } | { outcome: 'denied'; error: string };
export type Verdict = Accepted | { outcome: 'refused'; why: string };

export const state = 'k3Yx9-Zt_state-of-this-login';
export const validQuery = `code=TTP_right&app_key=6abc&locale=en&shop_region=US&state=${state}`;
export const validTarget = `/callback?${validQuery}`;

/** Judges as the program does: requires exactly one state, the right one, and one code or an error. */
export function judge(query: URLSearchParams): Verdict {
  const states = query.getAll('state');
  const codes = query.getAll('code');
  const error = query.get('error');
  if (states.length !== 1) return { outcome: 'refused', why: 'There isn’t exactly one state.' };
  if (states[0] !== state) return { outcome: 'refused', why: 'The state belongs to another login.' };
  if (error !== null) return { outcome: 'denied', error };
  const [code = '', ...more] = codes;
  if (code === '' || code === 'null' || more.length > 0)
    return { outcome: 'refused', why: 'There isn’t exactly one code.' };
  return { outcome: 'approved', code };
}

export interface Started {
  readonly listener: Listener<Accepted>;
  readonly port: number;
  /** The reasons for the reported refusals. */
  readonly reported: readonly string[];
  readonly abort: AbortController;
}

interface Settings {
  readonly redirectUrl?: string;
  readonly port?: number;
  readonly judge?: (query: URLSearchParams) => Verdict;
  readonly limits?: Parameters<typeof listen>[0]['limits'] & object;
}

/** Starts a real listener, on any port by default, and closes it when the test ends. */
export async function start(settings: Settings = {}): Promise<Started> {
  const reported: string[] = [];
  const abort = new AbortController();
  const listener = await listen<Accepted>({
    redirectUrl: 'http://127.0.0.1:8717/callback',
    port: 0,
    judge,
    onRefused: (why) => reported.push(why),
    signal: abort.signal,
    ...settings,
  });
  if (isFailure(listener)) throw listener;
  onTestFinished(() => listener.close());
  return { listener, port: listener.port, reported, abort };
}

export interface Reply {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The whole response, unchanged. */
  readonly raw: string;
}

/** A connection and everything received on it. */
export interface Dialed {
  readonly socket: Socket;
  readonly reply: Promise<Reply>;
  readonly open: Promise<void>;
}

type After = (clean: () => void) => void;

/** Opens a connection that is closed when the test ends; concurrent tests pass their own `after`. */
export function dial(port: number, host = '127.0.0.1', after: After = onTestFinished): Dialed {
  const socket = connect({ port, host });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A reset after the response also ends the connection.
  socket.on('error', () => undefined);
  const open = new Promise<void>((resolve) => socket.once('connect', resolve));
  const reply = new Promise<Reply>((resolve) => {
    socket.once('close', () => {
      resolve(read(Buffer.concat(chunks).toString('utf8')));
    });
  });
  after(() => {
    socket.destroy();
  });
  return { socket, reply, open };
}

/** Sends these bytes (characters up to U+00FF) on a new connection; resolves when the connection closes. */
export async function send(port: number, bytes: string, host?: string, after?: After): Promise<Reply> {
  const { socket, reply } = dial(port, host, after);
  socket.write(Buffer.from(bytes, 'latin1'));
  return reply;
}

/** Formats a request. `headers` are whole lines, including `Host` if there is one. */
export function request(method: string, target: string, headers: readonly string[]): string {
  return [`${method} ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n');
}

export function get(port: number, target: string, ...headers: string[]): Promise<Reply> {
  return send(port, request('GET', target, [`Host: 127.0.0.1:${String(port)}`, ...headers]));
}

/** Requests a target, by default the valid callback, as a browser that navigates there. */
export function navigate(port: number, target = validTarget): Promise<Reply> {
  return get(port, target, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Site: cross-site');
}

/** Checks that the login still completes: the valid callback arrives, and its browser gets the success page. */
export async function completes({ listener, port }: Started): Promise<Reply> {
  const page = navigate(port);
  const callback = await listener.arrival;
  if (callback.verdict.outcome !== 'approved' || callback.verdict.code !== 'TTP_right') throw new Error('not approved');
  await callback.finish({ kind: 'connected', shops: [] });
  return page;
}

function read(raw: string): Reply {
  const end = raw.indexOf('\r\n\r\n');
  const [first = '', ...lines] = raw.slice(0, Math.max(end, 0)).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: end < 0 ? '' : raw.slice(end + 4), raw };
}
