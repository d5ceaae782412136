import { unescape as decoded } from 'node:querystring';
import { defined } from '../ground/defined.ts';
import type { Env, ProxyRules } from '../ground/env.ts';
import { isLoopback } from '../ground/loopback.ts';

/** `authorization` is the value of `Proxy-Authorization` (RFC 9110 section 11.7.2). */
export interface ProxyServer {
  readonly origin: string;
  readonly authorization?: string;
}

/** The proxy to use; `undefined` for a direct connection; or why the proxy can't be used, without its address. */
export type Route = ProxyServer | string | undefined;

/** A lowercase variable wins. An https address falls back to `HTTP_PROXY`. A loopback address is always direct. */
export function routeTo(env: Env, url: URL): Route {
  const { hostname } = url;
  const isLocal = isLoopback(hostname) || hostname.endsWith('.localhost');
  const isExempt = ({ host, port = portOf(url) }: ProxyRules['exempt'][number]): boolean =>
    host === '*' || (port === portOf(url) && `.${hostname}`.endsWith(`.${host}`));
  return isLocal || exemptions(env).some(isExempt) ? undefined : proxyOf(env, url.protocol === 'https:');
}

/** Returns the rules to pass to a browser, or the end of a sentence that says why that isn't possible. */
export function proxyRules(env: Env): ProxyRules | string {
  const origins: (string | undefined)[] = [];
  for (const proxy of [proxyOf(env, true), proxyOf(env, false)]) {
    if (typeof proxy === 'string') return `${proxy}.`;
    if (proxy?.authorization !== undefined)
      return 'the proxy needs a password, which can’t be passed to a separate window.';
    origins.push(proxy?.origin);
  }
  const [https, http] = origins;
  return { ...defined({ https, http }), exempt: exemptions(env) };
}

/** Returns the proxy for `url` as host:port, or why it can't be used, without credentials; `undefined` if direct. */
export function proxyFor(env: Env, url: string): string | undefined {
  const route = routeTo(env, new URL(url));
  if (typeof route !== 'object') return route;
  const proxy = new URL(route.origin);
  return `${proxy.hostname}:${portOf(proxy)}`;
}

export const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

const setting = (env: Env, name: string): { name: string; value: string } | undefined =>
  [name.toLowerCase(), name]
    .map((spelled) => ({ name: spelled, value: env[spelled]?.trim() ?? '' }))
    .find(({ value }) => value !== '');

function proxyOf(env: Env, secure: boolean): Route {
  const given = (secure ? setting(env, 'HTTPS_PROXY') : undefined) ?? setting(env, 'HTTP_PROXY');
  if (given === undefined) return undefined;
  const { scheme = 'http://', user = '', password = '', place } = partsOf(given.value);
  if (!URL.canParse(scheme + place)) return `${given.name} isn’t an address`;
  const { protocol, host } = new URL(scheme + place);
  if (protocol !== 'http:' && protocol !== 'https:') return `${given.name} is neither an http nor an https proxy`;
  const credentials = Buffer.from(`${decoded(user)}:${decoded(password)}`).toString('base64');
  return {
    origin: `${protocol}//${host}`,
    ...(user + password === '' ? {} : { authorization: `Basic ${credentials}` }),
  };
}

const proxyAddress = /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)?(?:(?<user>[^:]*?)(?::(?<password>.*))?@)?(?<place>[^@]*)$/isu;

/**
 * Everything before the last `@` is the user name and password, because many people don't percent-encode `DOMAIN\user`
 * or the `#`, `/` and `@` in a password.
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
