import { makeHttp } from '../../src/network/http.ts';

/** A separate program that sends one request, then prints the outcome and how long the process kept running. */
const [url = ''] = process.argv.slice(2);
const { http } = makeHttp({ env: process.env, userAgent: 'ottokit-tiktok/test' });
const outcome = await http({ method: 'GET', url, timeout: 10_000 });
const done = performance.now();
process.once('exit', () => {
  process.stdout.write(JSON.stringify({ outcome, lingered: performance.now() - done }));
});
