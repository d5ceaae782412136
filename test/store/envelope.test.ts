import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseEnvelope, seal, unseal, type Envelope, type KeyHeader } from '../../src/store/envelope.ts';
import { dataKeyOf } from '../../src/store/keys/data-key.ts';

const key = dataKeyOf(randomBytes(32));
const salt = Buffer.alloc(16, 7).toString('base64');
const headers: readonly KeyHeader[] = [
  { source: 'key-file', id: key.id },
  { source: 'keychain', id: key.id },
  { source: 'passphrase', id: key.id, kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt } },
];
const text = '{"name":"Tea & Söhne ☕"}';

function sealed(bytes: Buffer): Envelope {
  const parsed = parseEnvelope(bytes);
  if (parsed.state !== 'sealed') return expect.unreachable(`it is ${parsed.state}`);
  return parsed.envelope;
}

test.each(headers)('what was sealed with a key from $source is read back with that key alone', (header) => {
  const envelope = sealed(seal(text, header, key));

  expect(envelope.key).toEqual(header);
  expect([envelope.iv.length, envelope.tag.length]).toEqual([12, 16]);
  expect(unseal(envelope, key)).toBe(text);
  expect(unseal(envelope, dataKeyOf(randomBytes(32)))).toBeNull();
});

test.each(headers)('the header of a key from $source stands in the file to the byte', (header) => {
  const bytes = seal('', header, key);
  const { iv, tag } = sealed(bytes);

  expect(JSON.parse(bytes.toString())).toEqual({
    app: 'ottokit-tiktok',
    format: 1,
    key: header,
    iv: iv.toString('base64'),
    tag: tag.toString('base64'),
  });
  expect(bytes.indexOf('\n')).toBe(bytes.length - 1);
});

test('what stands around the content cannot be changed without being noticed', () => {
  for (const header of headers) {
    const envelope = sealed(seal(text, header, key));
    for (const other of headers.filter((each) => each !== header))
      expect(unseal({ ...envelope, key: other }, key)).toBeNull();
    expect(unseal({ ...envelope, iv: randomBytes(12) }, key)).toBeNull();
    expect(unseal({ ...envelope, tag: randomBytes(16) }, key)).toBeNull();
    expect(unseal({ ...envelope, data: envelope.data.subarray(1) }, key)).toBeNull();
  }
});

test.each<[string, unknown]>([
  ['{"app":"ottokit-tiktok","format":2}\n', { state: 'newer', format: 2 }],
  ['{"format":9,"app":"ottokit-tiktok","more":[]}\nbytes', { state: 'newer', format: 9 }],
  ['{"app":"ottokit-tiktok","format":1}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":2.5}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":1e400}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":"2"}\n', { state: 'damaged' }],
  ['{"app":"another","format":2}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":2}', { state: 'newer', format: 2 }],
  ['{"app":"ottokit-tiktok","format":2\n', { state: 'damaged' }],
  ['null\n', { state: 'damaged' }],
  ['2\n', { state: 'damaged' }],
  ['\n', { state: 'damaged' }],
  ['', { state: 'damaged' }],
])('the file %j is taken for what it is', (content, expected) => {
  expect(parseEnvelope(Buffer.from(content))).toEqual(expected);
});
