import { createHash, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCertificate } from '../../src/browser/certificate.ts';

test('the certificate is valid for one host and one day, and signed with its own key', () => {
  const now = Date.UTC(2026, 10, 27, 12);
  const { cert, key, fingerprint } = makeCertificate('api.ottokit.com', now);
  const read = new X509Certificate(cert);
  expect(read.subjectAltName).toBe('DNS:api.ottokit.com');
  expect([read.validFrom, read.validTo].map(Date.parse)).toEqual([now - 43_200_000, now + 43_200_000]);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(key).toContain('PRIVATE KEY');
  expect(createHash('sha256').update(read.raw).digest()).toEqual(fingerprint);
});

test('every certificate is different, and the longest possible host name fits', () => {
  const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  const [one, other] = [makeCertificate(host, Date.now()), makeCertificate(host, Date.now())];
  expect(new X509Certificate(one.cert).checkHost(host)).toBe(host);
  expect(one.fingerprint).not.toEqual(other.fingerprint);
});
