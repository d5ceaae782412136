import type { Env } from '../ground/env.ts';
import type { Http } from '../ground/io.ts';
import { probeDirectly } from './direct-probe.ts';
import { routeTo } from './proxy.ts';
import type { Reach } from './reachability.ts';

/** The proxy that a request to `url` goes through, as host:port without credentials; `null`: none. */
export function proxyFor(env: Env, url: string): { readonly proxy: string } | null {
  if (!URL.canParse(url)) return null;
  const route = routeTo(env, new URL(url));
  if (route.kind === 'direct') return null;
  return { proxy: route.kind === 'proxy' ? hostAndPort(route.origin) : route.detail };
}

function hostAndPort(origin: string): string {
  const { protocol, host, port } = new URL(origin);
  if (port !== '') return host;
  return `${host}:${protocol === 'https:' ? '443' : '80'}`;
}

export interface Probe {
  readonly env: Env;
  /** Used where the host is reached through a proxy. */
  readonly http: Http;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/**
 * Tries the way to the host of `url` (https, or http without TLS) step by step: name, connection, TLS handshake, and
 * then a `HEAD /` for its clock. Through a proxy one `GET /` tells all of it. Never throws.
 */
export async function probeHost(url: string, { env, http, timeout, signal }: Probe): Promise<Reach> {
  if (!URL.canParse(url))
    return { ok: false, reason: 'unreachable', detail: 'not an address', milliseconds: { total: 0 } };
  const target = new URL(url);
  const ends = signal === undefined ? { timeout } : { timeout, signal };
  if (routeTo(env, target).kind === 'direct') return await probeDirectly(target, ends);
  const started = performance.now();
  const answer = await http({ method: 'GET', url: `${target.origin}/`, ...ends });
  const milliseconds = { total: Math.round(performance.now() - started) };
  if (!answer.answered) return { ok: false, reason: answer.reason, detail: answer.detail, milliseconds };
  const date = answer.headers['date'];
  return { ok: true, addresses: 0, ...(date === undefined ? {} : { date }), milliseconds };
}
