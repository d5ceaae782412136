import { expect, test } from 'vitest';
import { Secret } from '../../../src/ground/secret.ts';
import { dataKeyOf, fromHex, kdfWith, keyFromPassphrase, newDataKey, toHex } from '../../../src/store/keys/data-key.ts';

const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

// Existing stores depend on these two results, so they must never change. Computed with Python's hashlib.
test('the id of a key never changes', () => {
  expect(dataKeyOf(counting).id).toBe('581b33255804d98e07daf3088ea5c200');
});

test('a passphrase always gives the same key', async () => {
  const key = await keyFromPassphrase(new Secret('caf\u00e9'), kdfWith('AAECAwQFBgcICQoLDA0ODw=='));
  expect(toHex(key).reveal()).toBe('3d8626b90f15fa8d014ebcd34daddbd8ef5c5d081b0af0779890d86b0f68f16b');
  expect(key.id).toBe('fee7af0bf09850237a541e328da3d00b');
});

test('a key is read from exactly 64 hex digits', () => {
  const key = newDataKey();
  const digits = toHex(key).reveal();

  expect(fromHex(new Secret(digits))?.id).toBe(key.id);
  for (const other of ['', digits.slice(1), `0${digits}`, `${digits}0`, `${digits}\n`, digits.replace(/.$/, 'g')]) {
    expect(fromHex(new Secret(other))).toBeNull();
  }
});
