import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** Self-signed, valid 12 hours before and after `now`. Writes DER (RFC 5280 §4.1), because Node can't create one. */
export function makeCertificate(host: string, now: number) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from('ottokit-tiktok')))));
  const alternativeName = der(0x30, subjectAltName, der(0x04, der(0x30, der(0x82, Buffer.from(host)))));
  const toSign = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    // The leading 1 keeps the serial number positive.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signatureAlgorithm,
    name,
    der(0x30, utcTime(now - day / 2), utcTime(now + day / 2)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, der(0x30, alternativeName)),
  );
  const signature = sign('sha256', toSign, privateKey);
  const certificate = der(0x30, toSign, signatureAlgorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    fingerprint: createHash('sha256').update(certificate).digest(),
  };
}

const day = 86_400_000;

/** Encodes one DER element of up to 65,535 bytes: tag, length, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const length = body.length;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const utcTime = (ms: number): Buffer =>
  der(0x17, Buffer.from(new Date(ms).toISOString().replace(/^..|[-:T]|\.\d+/g, '')));

/** In DER: the algorithm ecdsa-with-SHA256 (1.2.840.10045.4.3.2) and the identifiers 2.5.4.3 and 2.5.29.17. */
const signatureAlgorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
const commonName = Buffer.from('0603550403', 'hex');
const subjectAltName = Buffer.from('0603551d11', 'hex');
