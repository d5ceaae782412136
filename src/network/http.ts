import { request as ask, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Env } from '../ground/env.ts';
import type { Http, HttpAnswer, HttpRequest } from '../ground/io.ts';
import { readBody } from './body.ts';
import { closeAll } from './close-all.ts';
import { ConnectError, openConnection } from './connection.ts';
import { limit, type Limit } from './limit.ts';
import { explainError, type NoAnswer } from './no-answer.ts';
import { routeTo } from './proxy.ts';

export interface HttpSettings {
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case, are read from it. */
  readonly env: Env;
  readonly userAgent: string;
  /** Bytes of an answer's body; 1 MiB by default. */
  readonly maxAnswer?: number;
}

/**
 * HTTP by Node's own client: undici's parser is WebAssembly, which a limit on address space (`ulimit -v`, shared hosting)
 * or `--jitless` forbids. Each request has a connection of its own, closed with its answer: nothing is ever sent twice
 * over a stale connection, it is known whether the connection was made, and no idle socket keeps the program running.
 * Node reads custom certificate authorities itself (`NODE_EXTRA_CA_CERTS`).
 */
export function makeHttp(settings: HttpSettings): {
  http: Http;
  /** Ends what is under way, which is then answered with `aborted`. */
  close: () => void;
} {
  const underWay = new Set<Limit>();
  const http: Http = async (request) => {
    const limits = limit(request.timeout, request.signal);
    underWay.add(limits);
    try {
      return await send(request, settings, limits);
    } finally {
      limits.clear();
      underWay.delete(limits);
    }
  };
  const close = (): void => {
    for (const limits of underWay) limits.end();
  };
  return { http, close };
}

async function send(request: HttpRequest, settings: HttpSettings, limits: Limit): Promise<HttpAnswer> {
  if (!URL.canParse(request.url)) return unanswered(false, { reason: 'unreachable', detail: 'not an address' });
  const url = new URL(request.url);
  const route = routeTo(settings.env, url);
  if (route.kind === 'unusable') return unanswered(false, { reason: 'proxy', detail: route.detail });
  const { signal } = limits;
  const sockets: Socket[] = [];
  signal.addEventListener('abort', () => {
    closeAll(sockets);
  });
  let sent = false;
  try {
    const socket = await openConnection(url, route, { sockets, signal });
    const asked = compose(request, url, settings.userAgent, socket);
    sent = true;
    return await readAnswer(await responseTo(asked), settings.maxAnswer ?? 1024 * 1024);
  } catch (thrown) {
    const why = thrown instanceof ConnectError ? thrown.why : explainError(thrown);
    return unanswered(sent, endOf(limits, sent, request.timeout) ?? why);
  } finally {
    closeAll(sockets);
  }
}

function compose({ method, headers }: HttpRequest, url: URL, userAgent: string, socket: Socket): ClientRequest {
  return ask({
    method,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': userAgent, 'accept-encoding': 'identity', ...headers },
    createConnection: () => socket,
  });
}

async function responseTo(asked: ClientRequest): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    asked.on('response', resolve).on('error', reject);
    asked.on('close', () => {
      reject(new Error('closed without an answer'));
    });
    asked.end();
  });
}

const unanswered = (sent: boolean, why: NoAnswer): HttpAnswer => ({ answered: false, sent, ...why });

async function readAnswer(answer: IncomingMessage, most: number): Promise<HttpAnswer> {
  const tooLarge = unanswered(true, { reason: 'answer-too-large', detail: `more than ${String(most)} bytes` });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return tooLarge;
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  try {
    const body = readBody(Buffer.concat(chunks), headers, most);
    return { answered: true, status: answer.statusCode ?? 0, headers, body };
  } catch {
    return tooLarge;
  }
}

function endOf(limits: Limit, sent: boolean, timeout: number): NoAnswer | null {
  const reached = limits.reached();
  if (reached === null) return null;
  if (reached === 'aborted') return { reason: 'aborted', detail: 'ended before the answer came' };
  return { reason: 'timeout', detail: `${sent ? 'no answer' : 'no connection'} within ${String(timeout)} ms` };
}
