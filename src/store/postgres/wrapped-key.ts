import { fail } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { Secret } from '../../ground/secret.ts';
import { partsOf, seal, unseal } from '../cipher.ts';
import { fromHex, kdfWith, keyFromPassphrase, toHex, type DataKey, type KdfHeader } from '../keys/data-key.ts';

const context = (id: string, kdf: KdfHeader): object => ({ app: 'ottokit-tiktok', purpose: 'data key', id, kdf });

/**
 * Encrypts the data key with the team's passphrase, so that a new passphrase doesn't change the rows. Takes about half
 * a second, because it derives a key from the passphrase.
 */
export async function wrapKey(key: DataKey, passphrase: Secret): Promise<string> {
  const kdf = kdfWith();
  const sealed = seal(toHex(key).reveal(), context(key.id, kdf), await keyFromPassphrase(passphrase, kdf));
  const { iv, tag, data } = partsOf(sealed);
  const base64 = (bytes: Buffer): string => bytes.toString('base64');
  return JSON.stringify({ kdf, iv: base64(iv), tag: base64(tag), data: base64(data) });
}

/** In bytes: 12 for the IV, 16 for the tag, and 64 for the key's hex digits. */
const wrappedLength = 92;

/** @throws Failure passphrase-wrong, store-unreadable if this isn't a wrapped key */
export async function unwrapKey(text: string, id: string, passphrase: Secret, location: string): Promise<DataKey> {
  const { kdf: written, iv, tag, data } = Object(parseJson(text)) as Record<'kdf' | 'iv' | 'tag' | 'data', unknown>;
  // We accept only this cost, so that a manipulated row can't make us derive a key that is easy to guess.
  const kdf = kdfWith(String((Object(written) as Partial<KdfHeader>).salt));
  const sealed = Buffer.concat([iv, tag, data].map((part) => Buffer.from(String(part), 'base64')));
  if (JSON.stringify(written) !== JSON.stringify(kdf) || sealed.length !== wrappedLength)
    throw fail('store-unreadable', { path: location, detail: 'its key was not written by this program' });
  const hex = unseal(sealed, context(id, kdf), await keyFromPassphrase(passphrase, kdf));
  const key = hex === null ? null : fromHex(new Secret(hex));
  if (key?.id !== id) throw fail('passphrase-wrong', { path: location });
  return key;
}
