import { fail } from '../../ground/errors.ts';
import { parseJson } from '../../ground/parse-json.ts';
import { Secret } from '../../ground/secret.ts';
import { seal, unseal } from '../cipher.ts';
import { fromHex, kdfWith, keyFromPassphrase, toHex, type DataKey, type KdfHeader } from '../keys/data-key.ts';

/** The data key, encrypted with the team's passphrase. So the rows don't change when the passphrase does. */
interface WrappedKey {
  readonly kdf: KdfHeader;
  /** Base64. */
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

const context = (id: string, kdf: KdfHeader): object => ({ app: 'ottokit-tiktok', purpose: 'data key', id, kdf });

/** Takes about half a second, because it derives a key from the passphrase. */
export async function wrapKey(key: DataKey, passphrase: Secret): Promise<string> {
  const kdf = kdfWith();
  const { iv, tag, data } = seal(toHex(key).reveal(), context(key.id, kdf), await keyFromPassphrase(passphrase, kdf));
  const wrapped: WrappedKey = { kdf, iv: base64(iv), tag: base64(tag), data: base64(data) };
  return JSON.stringify(wrapped);
}

/** @throws Failure passphrase-wrong, store-unreadable if this isn't a wrapped key */
export async function unwrapKey(text: string, id: string, passphrase: Secret, location: string): Promise<DataKey> {
  const { kdf, iv, tag, data } = parsed(text, location);
  const sealed = { iv: bytes(iv), tag: bytes(tag), data: bytes(data) };
  const hex = unseal(sealed, context(id, kdf), await keyFromPassphrase(passphrase, kdf));
  const key = hex === null ? null : fromHex(new Secret(hex));
  if (key?.id !== id) throw fail('passphrase-wrong', { path: location });
  return key;
}

function parsed(text: string, location: string): WrappedKey {
  const { kdf, iv, tag, data } = Object(parseJson(text)) as Partial<WrappedKey>;
  // We accept only this cost, so that a manipulated row can't make us derive a key that is easy to guess.
  const expected = kdfWith(String(kdf?.salt));
  const isKnown = JSON.stringify(kdf) === JSON.stringify(expected);
  const has = (value: unknown, size: number): value is string => bytes(String(value)).length === size;
  if (isKnown && has(iv, 12) && has(tag, 16) && has(data, 64)) return { kdf: expected, iv, tag, data };
  throw fail('store-unreadable', { path: location, detail: 'its key was not written by this program' });
}

const base64 = (value: Buffer): string => value.toString('base64');
const bytes = (value: string): Buffer => Buffer.from(value, 'base64');
