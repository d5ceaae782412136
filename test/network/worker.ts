import { makeHttp } from '../../src/network/http.ts';
import { probeHost } from '../../src/network/reach.ts';

/** Run as a program of its own: sends one request, or tries one host. Tells what came of it, and how long it then lived. */
const [what, url = ''] = process.argv.slice(2);
const { http } = makeHttp({ env: process.env, userAgent: 'ottokit-tiktok/test' });
const outcome =
  what === 'probe'
    ? await probeHost(url, { env: process.env, http, timeout: 10_000 })
    : await http({ method: 'GET', url, timeout: 10_000 });
const done = performance.now();
process.once('exit', () => {
  process.stdout.write(JSON.stringify({ outcome, lingered: performance.now() - done }));
});
