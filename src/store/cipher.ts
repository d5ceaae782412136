import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataKey } from './keys/data-key.ts';

const [ivEnd, tagEnd] = [12, 28];

export type Sealed = Readonly<Record<'iv' | 'tag' | 'data', Buffer>>;

/** Encrypts with AES-256-GCM and a random 96-bit IV (NIST SP 800-38D, 8.2.2). Authenticates `context`, too. */
export function seal(plaintext: string, context: object, { material }: DataKey): Sealed {
  const iv = randomBytes(ivEnd);
  const cipher = createCipheriv('aes-256-gcm', material, iv, { authTagLength: tagEnd - ivEnd });
  cipher.setAAD(Buffer.from(JSON.stringify(context)));
  const data = cipher.update(plaintext, 'utf8');
  // With GCM, this returns no bytes.
  cipher.final();
  return { iv, tag: cipher.getAuthTag(), data };
}

/** Decrypts what `seal` returned. Returns `null` if the key or context is wrong, or a byte was changed or removed. */
export function unseal({ iv, tag, data }: Sealed, context: object, { material }: DataKey): string | null {
  if (data.length === 0) return null;
  const decipher = createDecipheriv('aes-256-gcm', material, iv, { authTagLength: tagEnd - ivEnd });
  decipher.setAAD(Buffer.from(JSON.stringify(context)));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(data);
  try {
    // This call checks the tag.
    decipher.final();
    return plaintext.toString('utf8');
  } catch {
    return null;
  }
}

export const bytesOf = ({ iv, tag, data }: Sealed): Buffer => Buffer.concat([iv, tag, data]);

export const partsOf = (sealed: Buffer): Sealed => ({
  iv: sealed.subarray(0, ivEnd),
  tag: sealed.subarray(ivEnd, tagEnd),
  data: sealed.subarray(tagEnd),
});
