import { execFile } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { promisify } from 'node:util';
import { makeHttp } from '../../src/network/http.ts';
import { makeAuthority, serveTls, type Authority } from './certificates.ts';
import { buildWorker, type Program } from './own-process.ts';
import { serve, serveProxy } from './servers.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';
import { prepareUnless } from '../tools/systems.ts';

let authority: Authority;
let worker: Program;

prepareUnless(missingPrograms('openssl'), async () => {
  authority = makeAuthority();
  worker = await buildWorker();
  return async () => {
    authority.remove();
    await worker.remove();
  };
});

test('an ordinary request uses undici', async () => {
  const { origin } = await serve((_request, response) => response.end('works'));
  const sent: unknown[] = [];
  subscribe('undici:client:sendHeaders', (message) => sent.push(message));
  const { http } = makeHttp({ env: {}, userAgent: 'ottokit-tiktok/test' });
  expect(await http({ method: 'GET', url: origin, timeout: 10_000 })).toMatchObject({ body: 'works' });
  expect(sent).toHaveLength(1);
});

test('a request works without WebAssembly (--jitless)', async () => {
  const { origin } = await serve((_request, response) => response.end('works'));
  const { outcome } = await worker.run([origin], {}, ['--jitless']);
  expect(outcome).toMatchObject({ answered: true, body: 'works' });
});

test.for([1_500_000, 2_097_152, 4_194_304, 13_000_000])(
  'a request works with an address space limit of %i KiB, even through a TLS proxy',
  async (limit, { skip }) => {
    skip(process.platform !== 'linux', 'only Linux limits the address space');
    const { port } = await serveTls(authority.issue('DNS:shop.example'));
    const proxy = await serveProxy(port);
    const env = {
      HTTPS_PROXY: `http://127.0.0.1:${String(proxy.port)}`,
      NODE_EXTRA_CA_CERTS: authority.file,
    };
    const command = `ulimit -v ${String(limit)} && exec "$0" "$@"`;
    const { stdout } = await promisify(execFile)(
      'sh',
      ['-c', command, process.execPath, worker.file, 'https://shop.example/'],
      { env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ outcome: { answered: true, body: 'secured' } });
  },
);
