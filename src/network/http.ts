import { setMaxListeners } from 'node:events';
import { validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import { abortWith } from '../ground/abort-with.ts';
import { attempt } from '../ground/attempt.ts';
import type { Env } from '../ground/env.ts';
import type { Http, HttpAnswer, HttpRequest, NoAnswer } from '../ground/io.ts';
import { parseJson } from '../ground/parse-json.ts';
import { readBody } from './body.ts';
import { closeAll, openConnection } from './connection.ts';
import { loadExchange } from './exchange.ts';
import { explainError } from './no-answer.ts';
import { routeTo } from './proxy.ts';
import type { RawAnswer } from './undici-exchange.ts';

/** `env` may name proxies; see `routeTo`. */
interface HttpSettings {
  readonly env: Env;
  readonly userAgent: string;
}

/** The maximum size of a response's body, in bytes. */
const maxBytes = 1024 * 1024;

/**
 * Opens a connection for each request and closes it after the response. That way, no request is sent twice because of a
 * stale connection, we know whether it was sent, and no idle socket keeps the program running. Node itself loads custom
 * certificate authorities (`NODE_EXTRA_CA_CERTS`).
 */
export function makeHttp(settings: HttpSettings): {
  http: Http;
  /** Aborts all pending requests. */
  close: () => void;
} {
  const closing = new AbortController();
  // Every pending request adds a listener, and Node would warn about a leak.
  setMaxListeners(0, closing.signal);
  const http: Http = async (request) => {
    const limit = abortWith(request.signal, closing.signal);
    const timer = setTimeout(() => limit.abort(timedOut), request.timeout);
    try {
      return await send(request, settings, limit.signal);
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  };
  const close = (): void => closing.abort();
  return { http, close };
}

const timedOut = Symbol('timeout');

async function send(request: HttpRequest, settings: HttpSettings, signal: AbortSignal): Promise<HttpAnswer> {
  if (!URL.canParse(request.url)) return unanswered(false, { reason: 'unreachable', detail: 'not an address' });
  const url = new URL(request.url);
  const route = routeTo(settings.env, url);
  if (route.kind === 'unusable') return unanswered(false, { reason: 'proxy', detail: route.detail });
  const sockets: Socket[] = [];
  signal.addEventListener('abort', () => closeAll(sockets));
  let sent = false;
  try {
    const exchange = await loadExchange();
    const socket = await openConnection(url, route, { sockets, signal });
    const { method } = request;
    const headers = { 'user-agent': settings.userAgent, 'accept-encoding': 'identity', ...request.headers };
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
    sent = true;
    return await readAnswer(await exchange({ socket, method, url, headers }));
  } catch (thrown) {
    return unanswered(sent, signal.aborted ? abortReason(signal, sent, request.timeout) : explainError(thrown));
  } finally {
    closeAll(sockets);
  }
}

const unanswered = (sent: boolean, why: NoAnswer): HttpAnswer => ({ answered: false, sent, ...why });

async function readAnswer(answer: RawAnswer): Promise<HttpAnswer> {
  const tooLarge = unanswered(true, { reason: 'answer-too-large', detail: `more than ${String(maxBytes)} bytes` });
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const chunks: Buffer[] = [];
  const bodySoFar = (): string | null => attempt(() => readBody(Buffer.concat(chunks), headers, maxBytes), null);
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > maxBytes) return tooLarge;
      chunks.push(chunk);
    }
  } catch (thrown) {
    // If the connection was lost after a complete JSON document, use that, because tokens can't be requested again.
    if (typeof parseJson(bodySoFar() ?? '') !== 'object') throw thrown;
  }
  const body = bodySoFar();
  return body === null ? tooLarge : { answered: true, status: answer.status, headers, body };
}

function abortReason(signal: AbortSignal, sent: boolean, timeout: number): NoAnswer {
  if (signal.reason !== timedOut) return { reason: 'aborted', detail: 'ended before the answer arrived' };
  return { reason: 'timeout', detail: `${sent ? 'no answer' : 'no connection'} within ${String(timeout)} ms` };
}
