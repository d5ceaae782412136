import type { Env } from '../ground/env.ts';
import { setFlagsFromString } from 'node:v8';
import type { Dispatcher } from 'undici';
import type { Http, HttpAnswer, HttpRequest } from '../ground/io.ts';
import { ConnectError, makeAgent } from './agent.ts';
import { limit, type Limit } from './limit.ts';
import { explainError, explainProxyError, type NoAnswer } from './no-answer.ts';
import { routeTo } from './proxy.ts';

export interface HttpSettings {
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case, are read from it. */
  readonly env: Env;
  readonly userAgent: string;
  /** Bytes of an answer's body; 1 MiB unless given. */
  readonly maxAnswer?: number;
}

/**
 * HTTP by undici. Each request has a connection of its own, closed with its answer: so nothing is ever sent twice over a
 * stale connection, it is known whether the connection was made, and no idle socket keeps the program from ending.
 * Custom certificate authorities are Node's own matter (`NODE_EXTRA_CA_CERTS`).
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
  // undici's parser is WebAssembly. Node 20 does not end while V8 still makes a faster version of it, which takes longer
  // than all requests of a command; the first version is fast enough for them.
  setFlagsFromString('--liftoff-only');
  // Loaded here because it takes longer to import than the rest of the program.
  const { default: undici } = await import('undici');
  const ended = endOf(limits, false, request.timeout);
  if (ended !== null) return unanswered(false, ended);
  const agent = makeAgent(undici, route);
  // Not by undici's `signal`, which is heard only once the connection stands.
  limits.signal.addEventListener('abort', () => void agent.destroy());
  try {
    const answer = await undici.request(url, {
      dispatcher: agent.dispatcher,
      method: request.method,
      headers: { 'user-agent': settings.userAgent, 'accept-encoding': 'identity', ...request.headers },
      headersTimeout: 0,
      bodyTimeout: 0,
      reset: true,
    });
    return await readAnswer(answer, settings.maxAnswer ?? 1024 * 1024);
  } catch (thrown) {
    const sent = agent.connected();
    return unanswered(sent, endOf(limits, sent, request.timeout) ?? explain(thrown, url, route.kind));
  } finally {
    await agent.destroy();
  }
}

const unanswered = (sent: boolean, why: NoAnswer): HttpAnswer => ({ answered: false, sent, ...why });

async function readAnswer(answer: Dispatcher.ResponseData, maxAnswer: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the body and with it the connection.
    if (size > maxAnswer) {
      return unanswered(true, { reason: 'answer-too-large', detail: `more than ${String(maxAnswer)} bytes` });
    }
    chunks.push(chunk);
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    answered: true,
    status: answer.statusCode,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: new TextDecoder().decode(Buffer.concat(chunks)),
  };
}

function endOf(limits: Limit, sent: boolean, timeout: number): NoAnswer | null {
  const reached = limits.reached();
  if (reached === null) return null;
  if (reached === 'aborted') return { reason: 'aborted', detail: 'ended before the answer came' };
  return { reason: 'timeout', detail: `${sent ? 'no answer' : 'no connection'} within ${String(timeout)} ms` };
}

function explain(thrown: unknown, url: URL, kind: 'direct' | 'proxy'): NoAnswer {
  if (!(thrown instanceof ConnectError)) return explainError(thrown);
  if (kind === 'proxy') return explainProxyError(thrown.cause);
  const why = explainError(thrown.cause);
  // A connection that was made and is reset before it is usable was reset in the TLS handshake.
  return why.reason === 'connection-lost' && url.protocol === 'https:' ? { ...why, reason: 'tls' } : why;
}
