import type { Env } from '../ground/env.ts';

/** How a request travels. `unusable`: the environment names a proxy that cannot be used; `detail` says why, no address. */
export type Route =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'proxy';
      /** Without credentials. */
      readonly origin: string;
      /** The value of `Proxy-Authorization`, RFC 9110 section 11.7.2. */
      readonly authorization?: string;
    }
  | { readonly kind: 'unusable'; readonly detail: string };

/**
 * The route to `url` by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; where both cases are set the lower case counts. As in
 * undici's `EnvHttpProxyAgent`, an https address falls back to `HTTP_PROXY`. A loopback address is always direct.
 */
export function routeTo(env: Env, url: URL): Route {
  if (isLoopback(url.hostname) || isExempt(url, setting(env, 'NO_PROXY')?.value ?? '')) return { kind: 'direct' };
  const proxy = (url.protocol === 'https:' ? setting(env, 'HTTPS_PROXY') : undefined) ?? setting(env, 'HTTP_PROXY');
  return proxy === undefined ? { kind: 'direct' } : readProxy(proxy.name, proxy.value);
}

function setting(env: Env, name: string): { name: string; value: string } | undefined {
  for (const spelled of [name.toLowerCase(), name]) {
    const value = env[spelled]?.trim() ?? '';
    if (value !== '') return { name: spelled, value };
  }
  return undefined;
}

function readProxy(name: string, value: string): Route {
  const address = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(address)) return { kind: 'unusable', detail: `${name} is not an address` };
  const { protocol, host, username, password } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return { kind: 'unusable', detail: `${name} is neither an http nor an https proxy` };
  }
  const origin = `${protocol}//${host}`;
  if (username === '') return { kind: 'proxy', origin };
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { kind: 'proxy', origin, authorization: `Basic ${credentials}` };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isLoopback(hostname: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:.+\.)?localhost)$/u.test(hostname);
}

/** An entry is a host, with or without a port; it stands for its subdomains too, and `*` for every host. */
function isExempt(url: URL, list: string): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return list.split(/[\s,]+/u).some((entry) => {
    if (entry === '*') return true;
    const [, host = '', entryPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/u.exec(entry.toLowerCase()) ?? [];
    if (host === '' || (entryPort !== undefined && entryPort !== port)) return false;
    return url.hostname === host || url.hostname.endsWith(`.${host}`);
  });
}
