import type { ProxyRules } from '../ground/env.ts';
import type { CaptureServer } from './capture-server.ts';

/**
 * Returns a proxy auto-configuration script as a `data:` address. It sends requests for the captured host to this
 * computer, and all others through the environment's proxies, which a browser with such a script would otherwise ignore.
 */
export function pacAddress(
  { startAddress, port }: Pick<CaptureServer, 'startAddress' | 'port'>,
  rules: ProxyRules,
): string {
  const { hostname } = new URL(startAddress);
  const script = `const rules = ${JSON.stringify(rules)};
const proxy = (origin) => {
  if (origin === undefined) return 'DIRECT';
  const { protocol, host, port } = /^(?<protocol>https?):\\/\\/(?<host>.*?)(?::(?<port>\\d+))?$/.exec(origin).groups;
  return (protocol === 'https' ? 'HTTPS ' : 'PROXY ') + host + ':' + (port || (protocol === 'https' ? 443 : 80));
};
function FindProxyForURL(url, host) {
  const name = host.toLowerCase().replace(/\\.$/, '');
  if (name === ${JSON.stringify(hostname)}) return 'PROXY 127.0.0.1:${String(port)}';
  if (/^(127(\\.\\d+){3}|\\[?::1\\]?|(.+\\.)?localhost)$/.test(name)) return 'DIRECT';
  const secure = /^(https|wss):/.test(url);
  const target = (/^\\w+:\\/\\/[^/]*:(\\d+)(\\/|$)/.exec(url) || [])[1] || (secure ? '443' : '80');
  const direct = rules.exempt.some(({ host: exempt, port }) =>
    exempt === '*' || ((name === exempt || name.endsWith('.' + exempt)) && (!port || port === target)));
  return direct ? 'DIRECT' : proxy(secure ? rules.https : rules.http);
}`;
  return `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(script).toString('base64')}`;
}
