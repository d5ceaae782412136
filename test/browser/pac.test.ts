import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { pacAddress } from '../../src/browser/prepare-profile.ts';
import { proxyRules } from '../../src/network/proxy.ts';

/** Returns where a browser with this environment sends a request. */
function route(env: Readonly<Record<string, string | undefined>>, url: string): unknown {
  const rules = proxyRules(env);
  if (typeof rules === 'string') throw new Error(rules);
  const address = pacAddress({ startAddress: 'https://api.ottokit.com/nonce', port: 4711 }, rules);
  const encoded = /^data:application\/x-ns-proxy-autoconfig;base64,(.*)$/.exec(address)?.[1] ?? '';
  const script = Buffer.from(encoded, 'base64').toString();
  const { hostname } = new URL(url);
  return runInNewContext(`${script};FindProxyForURL(${JSON.stringify(url)}, ${JSON.stringify(hostname)})`, {});
}

const office = { https_proxy: 'http://proxy.example:3128', HTTP_PROXY: 'plain.example' };

test.for([
  'https://api.ottokit.com/',
  'http://api.ottokit.com/',
  'https://API.OTTOKIT.COM/',
  'https://api.ottokit.com./',
  'wss://api.ottokit.com:8443/',
])('%s goes to this computer, and nowhere else if nothing answers', (url) => {
  for (const env of [{}, office, { ...office, no_proxy: '*' }]) expect(route(env, url)).toBe('PROXY 127.0.0.1:4711');
});

test.for([
  [{}, 'https://services.tiktokshop.com/', 'DIRECT'],
  [{}, 'https://app.ottokit.com/', 'DIRECT'],
  [{}, 'https://api.ottokit.com.example/', 'DIRECT'],
  [office, 'https://services.tiktokshop.com/', 'PROXY proxy.example:3128'],
  [office, 'wss://services.tiktokshop.com/', 'PROXY proxy.example:3128'],
  [office, 'http://services.tiktokshop.com/', 'PROXY plain.example:80'],
  [{ https_proxy: 'https://proxy.example' }, 'https://services.tiktokshop.com/', 'HTTPS proxy.example:443'],
  [{ http_proxy: 'http://[fd00::1]:3128' }, 'https://services.tiktokshop.com/', 'PROXY [fd00::1]:3128'],
  [{ ...office, no_proxy: '*' }, 'https://services.tiktokshop.com/', 'DIRECT'],
  [{ ...office, no_proxy: '.tiktokshop.com' }, 'https://services.tiktokshop.com/', 'DIRECT'],
  [{ ...office, no_proxy: 'shop.com, tiktokshop.com:8443' }, 'https://a.tiktokshop.com:8443/x', 'DIRECT'],
  [{ ...office, no_proxy: 'shop.com, tiktokshop.com:8443' }, 'https://a.tiktokshop.com/', 'PROXY proxy.example:3128'],
  [office, 'http://127.0.0.1:4000/callback', 'DIRECT'],
  [office, 'http://localhost:4000/callback', 'DIRECT'],
] as const)('in the environment %o, the route to %s is %s', ([env, url, expected]) => {
  expect(route(env, url)).toBe(expected);
});

test.for([
  ['a password', 'http://user:very-secret@proxy.example', /needs a password/],
  ['an unknown protocol', 'socks5://proxy.example', /neither an http nor an https proxy/],
] as const)('a window can’t use a proxy with %s, and the reason says so without quoting it', ([, value, why]) => {
  const rules = proxyRules({ HTTPS_PROXY: value });
  expect(rules).toMatch(why);
  expect(JSON.stringify(rules)).not.toContain('very-secret');
});
