import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openEnvelope, parseFile, sealFile, type Envelope, type KeyHeader } from '../../../src/store/file/envelope.ts';
import { dataKeyOf } from '../../../src/store/keys/data-key.ts';

const key = dataKeyOf(randomBytes(32));
const salt = Buffer.alloc(16, 7).toString('base64');
const headers: readonly KeyHeader[] = [
  { source: 'key-file', id: key.id },
  { source: 'keychain', id: key.id },
  { source: 'passphrase', id: key.id, kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt } },
];
const text = '{"name":"Tea & Söhne ☕"}';

function envelopeOf(bytes: Buffer): Envelope {
  const parsed = parseFile(bytes);
  if (parsed.state !== 'sealed') return expect.unreachable(`it is ${parsed.state}`);
  return parsed.envelope;
}

const named = headers.map((header) => [header.source, header] as const);

test.each(named)('text with the key source %s can be decrypted only with its key', (_, header) => {
  const envelope = envelopeOf(sealFile(text, header, key));

  expect(envelope.key).toEqual(header);
  const { iv, tag, data } = envelope.sealed;
  expect([envelope.format, iv.length, tag.length, data.length]).toEqual([2, 12, 16, Buffer.byteLength(text)]);
  expect(openEnvelope(envelope, key)).toBe(text);
  expect(openEnvelope(envelope, dataKeyOf(randomBytes(32)))).toBeNull();
});

test.each(named)('the header for the key source %s contains exactly the documented fields', (_, header) => {
  const bytes = sealFile(text, header, key);
  const { iv, tag, data } = envelopeOf(bytes).sealed;

  const end = bytes.indexOf('\n');
  expect(JSON.parse(bytes.toString('utf8', 0, end))).toEqual({
    app: 'ottokit-tiktok',
    format: 2,
    key: header,
    iv: iv.toString('base64'),
    tag: tag.toString('base64'),
  });
  expect(bytes.subarray(end + 1)).toEqual(data);
});

test('a change to the header or to the encrypted data is detected', () => {
  for (const header of headers) {
    const envelope = envelopeOf(sealFile(text, header, key));
    for (const other of headers.filter((each) => each !== header))
      expect(openEnvelope({ ...envelope, key: other }, key)).toBeNull();
    const { data } = envelope.sealed;
    for (const change of [
      { iv: randomBytes(12) },
      { tag: randomBytes(16) },
      { data: data.subarray(1) },
      { data: Buffer.alloc(0) },
    ])
      expect(openEnvelope({ ...envelope, sealed: { ...envelope.sealed, ...change } }, key)).toBeNull();
  }
});

test('a file cut off anywhere in its header counts as damaged', () => {
  for (const header of headers) {
    const bytes = sealFile(text, header, key);
    for (let length = 0; length <= bytes.indexOf('\n') + 1; length += 1)
      expect(parseFile(bytes.subarray(0, length))).toEqual({ state: 'damaged' });
  }
});

test.each<[string, unknown]>([
  ['{"app":"ottokit-tiktok","format":3}\n', { state: 'newer', format: 3 }],
  ['{"format":9,"app":"ottokit-tiktok","more":[]}\nbytes', { state: 'newer', format: 9 }],
  ['{"app":"ottokit-tiktok","format":3}', { state: 'newer', format: 3 }],
  ['{"app":"ottokit-tiktok","format":1}\n', { state: 'older', format: 1 }],
  ['{"app":"ottokit-tiktok","format":0}\nbytes', { state: 'older', format: 0 }],
  ['{"app":"ottokit-tiktok","format":2}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":2.5}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":1e400}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":"2"}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok"}\n', { state: 'damaged' }],
  ['{"app":"another","format":3}\n', { state: 'damaged' }],
  ['{"app":"another","format":1}\n', { state: 'damaged' }],
  ['{"app":"ottokit-tiktok","format":3\n', { state: 'damaged' }],
  ['null\n', { state: 'damaged' }],
  ['2\n', { state: 'damaged' }],
  ['\n', { state: 'damaged' }],
  ['', { state: 'damaged' }],
])('the file %j is recognized as %j', (content, expected) => {
  expect(parseFile(Buffer.from(content))).toEqual(expected);
});
