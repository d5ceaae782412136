import { unescape as decoded } from 'node:querystring';
import { defined } from '../ground/defined.ts';
import type { Env } from '../ground/env.ts';
import { isLoopback } from '../ground/loopback.ts';
import type { ProxyRules } from '../ground/proxy-rules.ts';

/** How to reach a server. `unusable`: its proxy can't be used; `detail` says why, without the proxy's address. */
export type Route =
  | { readonly kind: 'direct' }
  /** `origin` has no credentials; `authorization` is the value of `Proxy-Authorization`, RFC 9110 section 11.7.2. */
  | { readonly kind: 'proxy'; readonly origin: string; readonly authorization?: string }
  | { readonly kind: 'unusable'; readonly detail: string };

/**
 * Returns the route to `url` according to `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. A lowercase variant wins.
 * An https address falls back to `HTTP_PROXY`. A loopback address is always direct.
 */
export function routeTo(env: Env, url: URL): Route {
  const { hostname } = url;
  const isHere = isLoopback(hostname) || hostname.endsWith('.localhost');
  const isExempt = ({ host, port = portOf(url) }: ProxyRules['exempt'][number]): boolean =>
    host === '*' || (port === portOf(url) && `.${hostname}`.endsWith(`.${host}`));
  if (isHere || exemptions(env).some(isExempt)) return { kind: 'direct' };
  return proxyOf(env, url.protocol === 'https:');
}

function proxyOf(env: Env, secure: boolean): Route {
  const proxy = (secure ? setting(env, 'HTTPS_PROXY') : undefined) ?? setting(env, 'HTTP_PROXY');
  return proxy === undefined ? { kind: 'direct' } : readProxy(proxy.name, proxy.value);
}

/**
 * Returns the proxies and exemptions to pass to a browser; or, as the end of a sentence, why they can't be passed, such
 * as a proxy password, which a browser doesn't take.
 */
export function proxyRules(env: Env): ProxyRules | string {
  const [https, http] = [proxyOf(env, true), proxyOf(env, false)];
  for (const route of [https, http]) {
    if (route.kind === 'unusable') return `${route.detail}.`;
    if (route.kind === 'proxy' && route.authorization !== undefined) {
      return 'the proxy needs a password, which can’t be passed to a separate window.';
    }
  }
  const originOf = (route: Route): string | undefined => (route.kind === 'proxy' ? route.origin : undefined);
  return { ...defined({ https: originOf(https), http: originOf(http) }), exempt: exemptions(env) };
}

/** Returns the proxy for `url` as host:port, or why it can't be used, without credentials; `undefined` if direct. */
export function proxyFor(env: Env, url: string): string | undefined {
  const route = routeTo(env, new URL(url));
  if (route.kind !== 'proxy') return route.kind === 'direct' ? undefined : route.detail;
  const proxy = new URL(route.origin);
  return `${proxy.hostname}:${portOf(proxy)}`;
}

export const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

function setting(env: Env, name: string): { name: string; value: string } | undefined {
  for (const spelled of [name.toLowerCase(), name]) {
    const value = env[spelled]?.trim() ?? '';
    if (value !== '') return { name: spelled, value };
  }
  return undefined;
}

function readProxy(name: string, value: string): Route {
  const { scheme = 'http://', user = '', password = '', place } = partsOf(value);
  if (!URL.canParse(scheme + place)) return { kind: 'unusable', detail: `${name} is not an address` };
  const { protocol, host } = new URL(scheme + place);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return { kind: 'unusable', detail: `${name} is neither an http nor an https proxy` };
  }
  const origin = `${protocol}//${host}`;
  if (user + password === '') return { kind: 'proxy', origin };
  const credentials = Buffer.from(`${decoded(user)}:${decoded(password)}`).toString('base64');
  return { kind: 'proxy', origin, authorization: `Basic ${credentials}` };
}

const proxyAddress = /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)?(?:(?<user>[^:]*?)(?::(?<password>.*))?@)?(?<place>[^@]*)$/isu;

/**
 * Splits a proxy's address without decoding it. Everything before the last `@` is the user name and password, because
 * many people don't percent-encode `DOMAIN\user` or the `#`, `/` and `@` in a password.
 */
export function partsOf(proxy: string): { scheme?: string; user?: string; password?: string; place: string } {
  return { place: '', ...proxyAddress.exec(proxy)?.groups };
}

function exemptions(env: Env): ProxyRules['exempt'] {
  const entries = (setting(env, 'NO_PROXY')?.value ?? '').toLowerCase().split(/[\s,]+/u);
  return entries.flatMap((entry) => {
    const [, host = '', port] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/u.exec(entry) ?? [];
    return host === '' ? [] : [{ host, ...defined({ port }) }];
  });
}
