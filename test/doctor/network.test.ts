import { describe, expect, onTestFinished, test } from 'vitest';
import type { Region } from '../../src/ground/regions.ts';
import type { Finding } from '../../src/doctor/check.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { makeAuthority, serveTls } from '../network/certificates.ts';
import { serveProxy } from '../network/servers.ts';
import { connectedHome, hostsAt, type World } from './examined.ts';
import { missingPrograms } from '../store/keys/keychain/programs.ts';

/** The findings of every check with TikTok Shop at this address. */
async function findings(origin: string, env: World['env'] = {}): Promise<Record<string, Finding>> {
  const place = await connectedHome();
  const { verdicts } = await diagnose(place.input(hostsAt(origin), { env }), 'default');
  return Object.fromEntries(verdicts.map(({ check, finding }) => [check.id, finding]));
}

/** A label of a host name has at most 63 letters, so no DNS server is asked for this name. */
const nameless = `https://${'a'.repeat(64)}.invalid`;

describe('the network check names the problem:', () => {
  test('a name that cannot be resolved', async () => {
    const found = await findings(nameless);
    expect(found['network']).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/name couldn’t be resolved \(E\w+\)\. \(directly\)$/) as string,
      fix: expect.stringContaining('DNS') as string,
    });
    expect([found['app']?.status, found['token']?.status, found['shops']?.status]).toEqual(['skip', 'skip', 'skip']);
  });

  test('an interception with an unknown authority’s certificate, with the authority’s name', async ({ skip }) => {
    const missing = missingPrograms('openssl');
    skip(missing !== undefined, missing);
    const authority = makeAuthority();
    onTestFinished(() => {
      authority.remove();
    });
    const { port } = await serveTls(authority.issue('DNS:localhost,IP:127.0.0.1'));
    const found = await findings(`https://localhost:${String(port)}`);
    expect(found['network']).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/isn’t trusted.*issued by “Example Interception, Example Root”/) as string,
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS=') as string,
    });
    expect(found['clock']?.status).toBe('skip');
    // A file that isn't PEM.
    const env = { NODE_EXTRA_CA_CERTS: import.meta.filename };
    expect((await findings(`https://localhost:${String(port)}`, env))['network']).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/no certificate in PEM format, so Node\.js ignores it\)$/) as string,
      fix: expect.stringContaining('openssl x509') as string,
    });
  });

  test('a certificate that isn’t valid today, with the advice to set the clock', async () => {
    const place = await connectedHome();
    const expired = { answered: false, sent: false, reason: 'tls-date', detail: 'CERT_NOT_YET_VALID' } as const;
    const run = await place.examine({}, { http: () => Promise.resolve(expired) });
    expect(run.check('network')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(
        /isn’t valid on the date of this computer’s clock \(CERT_NOT_YET_VALID\)/,
      ) as string,
      fix: expect.stringMatching(/^Turn on automatic time/) as string,
    });
  });

  test('a proxy whose certificate isn’t trusted, with its authority', async ({ skip }) => {
    const missing = missingPrograms('openssl');
    skip(missing !== undefined, missing);
    const authority = makeAuthority();
    onTestFinished(() => {
      authority.remove();
    });
    const { port } = await serveTls(authority.issue('IP:127.0.0.1'));
    const found = await findings('https://shop.example', { HTTPS_PROXY: `https://127.0.0.1:${String(port)}` });
    expect(found['network']).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/through the proxy failed.*issued by “Example Interception/) as string,
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS=') as string,
    });
  });

  test('a proxy that refuses, without showing its credentials', async () => {
    const proxy = await serveProxy(1, () => 407);
    const env = { HTTPS_PROXY: `http://somebody:hushhush@127.0.0.1:${String(proxy.port)}` };
    const found = await findings('https://shop.example', env);
    expect(found['network']).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/proxy answered 407.*\(through the proxy 127\.0\.0\.1:\d+\)$/) as string,
      fix: expect.stringContaining('HTTPS_PROXY') as string,
    });
    expect(JSON.stringify(found)).not.toMatch(/somebody|hushhush/);
  });
});

test('the network check reports the host of the region and a custom certificate authority', async ({ skip }) => {
  const missing = missingPrograms('openssl');
  skip(missing !== undefined, missing);
  const authority = makeAuthority();
  onTestFinished(() => {
    authority.remove();
  });
  const place = await connectedHome();
  const reached = hostsAt(place.simulator.origin);
  const input = place.input(reached, { env: { NODE_EXTRA_CA_CERTS: authority.file } });
  const hosts = (region: Region) => (region === 'row' ? reached : { ...reached, services: nameless });
  const { verdicts } = await diagnose({ ...input, hosts }, 'default');
  const found = verdicts.find(({ check }) => check.id === 'network')?.finding;
  expect(found).toEqual({
    status: 'pass',
    detail: `reached ${new URL(reached.api).host} directly, with the certificate authorities in NODE_EXTRA_CA_CERTS`,
  });
});
