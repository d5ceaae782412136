import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  openIndex,
  openRecord,
  parseHead,
  sealIndex,
  sealRecord,
  type Head,
  type KeyHeader,
} from '../../../src/store/file/envelope.ts';
import { dataKeyOf } from '../../../src/store/keys/data-key.ts';

const key = dataKeyOf(randomBytes(32));
const salt = Buffer.alloc(16, 7).toString('base64');
const headers: readonly KeyHeader[] = [
  { source: 'key-file', id: key.id },
  { source: 'keychain', id: key.id },
  { source: 'passphrase', id: key.id, kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt } },
];
const text = '{"name":"Tea & Söhne ☕"}';

function headOf(bytes: Buffer): Head {
  const parsed = parseHead(bytes);
  if (parsed.state !== 'sealed') return expect.unreachable(`it is ${parsed.state}`);
  return parsed.head;
}

test.each(headers)('what was sealed with a key from $source is read back with that key alone', (header) => {
  const bytes = sealIndex(text, header, key);
  const head = headOf(Buffer.concat([bytes, Buffer.from('records')]));

  expect(head.key).toEqual(header);
  expect(head.size).toBe(bytes.length);
  expect([head.iv.length, head.tag.length]).toEqual([12, 16]);
  expect(openIndex(head, key)).toBe(text);
  expect(openIndex(head, dataKeyOf(randomBytes(32)))).toBeNull();

  const record = sealRecord(text, 'a', header, key);
  expect(openRecord(record, 'a', header, key)).toBe(text);
  expect(openRecord(record, 'a', header, dataKeyOf(randomBytes(32)))).toBeNull();
});

test.each(headers)('the header of a key from $source stands in the file to the byte', (header) => {
  const bytes = sealIndex(text, header, key);
  const { iv, tag, index } = headOf(bytes);

  const end = bytes.indexOf('\n');
  expect(JSON.parse(bytes.toString('utf8', 0, end))).toEqual({
    app: 'ottokit-tiktok',
    format: 1,
    key: header,
    index: Buffer.byteLength(text),
    iv: iv.toString('base64'),
    tag: tag.toString('base64'),
  });
  expect(bytes.subarray(end + 1)).toEqual(index);
});

test('what stands around the index cannot be changed without being noticed', () => {
  for (const header of headers) {
    const head = headOf(sealIndex(text, header, key));
    for (const other of headers.filter((each) => each !== header))
      expect(openIndex({ ...head, key: other }, key)).toBeNull();
    expect(openIndex({ ...head, iv: randomBytes(12) }, key)).toBeNull();
    expect(openIndex({ ...head, tag: randomBytes(16) }, key)).toBeNull();
    expect(openIndex({ ...head, index: head.index.subarray(1) }, key)).toBeNull();
  }
});

test('a record is that of its profile in its store, and is no index', () => {
  for (const header of headers) {
    const record = sealRecord(text, 'a', header, key);
    expect(openRecord(record, 'b', header, key)).toBeNull();
    for (const other of headers.filter((each) => each !== header))
      expect(openRecord(record, 'a', other, key)).toBeNull();
    expect(openRecord({ ...record, tag: sealRecord(text, 'a', header, key).tag }, 'a', header, key)).toBeNull();
    expect(openRecord({ ...record, bytes: record.bytes.subarray(0, -1) }, 'a', header, key)).toBeNull();
    const [iv, index] = [record.bytes.subarray(0, 12), record.bytes.subarray(12)];
    expect(openIndex({ key: header, iv, index, tag: Buffer.from(record.tag, 'base64'), size: 0 }, key)).toBeNull();
  }
});

test('a head that is cut off anywhere is no head', () => {
  for (const header of headers) {
    const bytes = sealIndex(text, header, key);
    for (let length = 0; length < bytes.length; length += 1)
      expect(parseHead(bytes.subarray(0, length))).toEqual({ state: 'damaged' });
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
  expect(parseHead(Buffer.from(content))).toEqual(expected);
});
