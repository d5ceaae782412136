import { seal, unseal } from '../cipher.ts';
import type { DataKey } from '../keys/data-key.ts';

const [ivEnd, tagEnd] = [12, 28];

/** IV, tag and ciphertext, in this order. `context` as for `seal`. */
export function sealBytes(text: string, context: object, key: DataKey): Buffer {
  const { iv, tag, data } = seal(text, context, key);
  return Buffer.concat([iv, tag, data]);
}

/** The decrypted bytes; `null` as for `unseal`, and for truncated bytes. */
export function unsealBytes(bytes: Buffer, context: object, key: DataKey): string | null {
  if (bytes.length <= tagEnd) return null;
  const parts = { iv: bytes.subarray(0, ivEnd), tag: bytes.subarray(ivEnd, tagEnd), data: bytes.subarray(tagEnd) };
  return unseal(parts, context, key);
}
