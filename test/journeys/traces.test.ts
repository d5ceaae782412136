import { expect, test } from 'vitest';
import { tracesIn } from './traces.ts';

const secret = 'ROW_a secret+of/some=length';

test.each([
  ['in plain text', secret],
  ['in hex', Buffer.from(secret).toString('hex')],
  ['in base64, between other bytes', Buffer.from(`x${secret}y`).toString('base64')],
  ['in the base64url of JSON', Buffer.from(`{"a":"${secret}"}`).toString('base64url')],
  ['percent-encoded', `?a=${encodeURIComponent(secret)}`],
  ['as UTF-16', Buffer.from(`"${secret}"`, 'utf16le')],
])('a secret is found %s', (_, bytes) => {
  expect(tracesIn(Buffer.from(bytes), [secret, 'another one'])).toEqual([secret]);
});
