import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataKey } from './keys/data-key.ts';

export interface Sealed {
  readonly iv: Buffer;
  readonly data: Buffer;
  readonly tag: Buffer;
}

/**
 * Encrypts with AES-256-GCM under a new random 96-bit IV (NIST SP 800-38D, 8.2.2).
 * @param context authenticated but not stored, so decrypting requires the same one
 */
export function seal(plaintext: string, context: object, { material }: DataKey): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', material, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(JSON.stringify(context)));
  const data = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return { iv, data, tag: cipher.getAuthTag() };
}

/** Decrypts the text. Returns `null` if the key or the context is wrong, or a byte was changed. */
export function unseal({ iv, data, tag }: Sealed, context: object, { material }: DataKey): string | null {
  const decipher = createDecipheriv('aes-256-gcm', material, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(JSON.stringify(context)));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(data);
  try {
    // This call checks the tag. With GCM it returns no bytes.
    decipher.final();
    return plaintext.toString('utf8');
  } catch {
    return null;
  }
}

const [ivEnd, tagEnd] = [12, 28];

/** Like `seal`, but returns IV, tag and ciphertext in one buffer. */
export function sealBytes(text: string, context: object, key: DataKey): Buffer {
  const { iv, tag, data } = seal(text, context, key);
  return Buffer.concat([iv, tag, data]);
}

/** Like `unseal`, for the result of `sealBytes`. Also returns `null` if it was truncated. */
export function unsealBytes(bytes: Buffer, context: object, key: DataKey): string | null {
  if (bytes.length <= tagEnd) return null;
  const parts = { iv: bytes.subarray(0, ivEnd), tag: bytes.subarray(ivEnd, tagEnd), data: bytes.subarray(tagEnd) };
  return unseal(parts, context, key);
}
