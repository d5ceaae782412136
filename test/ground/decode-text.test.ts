import { expect, test } from 'vitest';
import { decodeText } from '../../src/ground/decode-text.ts';

const secret = '5f2c0d7e9a1b4c6d8e0f1a2b3c4d5e6f7a8b9c0d';
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

test.each([
  ['UTF-8', Buffer.from(`${secret}\n`)],
  ['UTF-8 with a byte-order mark and CRLF', Buffer.from(`\uFEFF${secret}\r\n`)],
  ['UTF-16 as PowerShell writes it', Buffer.from(`\uFEFF${secret}\r\n`, 'utf16le')],
  ['UTF-16 without a byte-order mark', Buffer.from(secret, 'utf16le')],
  ['UTF-16, big-endian', swapped(Buffer.from(`\uFEFF${secret}\n`, 'utf16le'))],
  ['UTF-16, big-endian, without a byte-order mark', swapped(Buffer.from(secret, 'utf16le'))],
])('a secret is read from %s', (_, bytes) => {
  expect(decodeText(bytes).trim()).toBe(secret);
});

test('an empty file becomes an empty string', () => {
  expect(decodeText(Buffer.alloc(0))).toBe('');
});
