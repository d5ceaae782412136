import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { DataKey } from './keys/data-key.ts';

/**
 * How the store stands on the disk: one line of JSON.
 *
 *     {"app":"ottokit-tiktok","format":1,"key":{"source":…,"id":…,"kdf"?:…},"iv":…,"tag":…,"data":…}
 *
 * `data` is encrypted with AES-256-GCM under a new random 96-bit IV at every write (NIST SP 800-38D, 8.2.2), and
 * everything up to `iv` is authenticated with it, so no byte can be changed unnoticed. That an older file of the same
 * store is put back is not noticed: the file carries all that the program knows, so nothing is left to compare it with.
 */
export const format = 1;

export type KeyHeader =
  | { readonly source: 'passphrase'; readonly id: string; readonly kdf: KdfHeader }
  | { readonly source: 'keychain' | 'key-file'; readonly id: string };

/** The one cost that is accepted: a hostile header must not make the program burn memory or derive a cheap key. */
export interface KdfHeader {
  readonly name: 'scrypt';
  readonly N: 131_072;
  readonly r: 8;
  readonly p: 1;
  /** Base64 of 16 bytes. */
  readonly salt: string;
}

export interface Envelope {
  readonly key: KeyHeader;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly data: Buffer;
}

export type ParsedEnvelope =
  | { readonly state: 'sealed'; readonly envelope: Envelope }
  | { readonly state: 'newer'; readonly format: number }
  | { readonly state: 'damaged' };

const appName = 'ottokit-tiktok';

const base64 = (length: number): v.GenericSchema<unknown, string> =>
  v.pipe(
    v.string(),
    v.check((text) => Buffer.from(text, 'base64').length === length),
  );
const keyId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

const written = v.strictObject({
  app: v.literal(appName),
  format: v.literal(format),
  key: v.variant('source', [
    v.strictObject({
      source: v.literal('passphrase'),
      id: keyId,
      kdf: v.strictObject({
        name: v.literal('scrypt'),
        N: v.literal(131_072),
        r: v.literal(8),
        p: v.literal(1),
        salt: base64(16),
      }),
    }),
    v.strictObject({ source: v.picklist(['keychain', 'key-file']), id: keyId }),
  ]),
  iv: base64(12),
  tag: base64(16),
  data: v.string(),
});

const newer = v.looseObject({
  app: v.literal(appName),
  format: v.pipe(v.number(), v.safeInteger(), v.gtValue(format)),
});

/** Reads the bytes of a store file. Only what this program itself would have written is taken, to the byte. */
export function parseEnvelope(bytes: Buffer): ParsedEnvelope {
  const value = parseJson(bytes);
  const fromNewer = v.safeParse(newer, value);
  if (fromNewer.success) return { state: 'newer', format: fromNewer.output.format };
  const read = v.safeParse(written, value);
  if (!read.success) return { state: 'damaged' };
  const { key, iv, tag, data } = read.output;
  const envelope = { key, iv: fromBase64(iv), tag: fromBase64(tag), data: fromBase64(data) };
  // Catches what parsing forgives: spaces, doubled fields, another order, stray bits in base64.
  return serialise(envelope).equals(bytes) ? { state: 'sealed', envelope } : { state: 'damaged' };
}

/** Encrypts `plaintext` under a new IV; the bytes of the store file. */
export function seal(plaintext: string, header: KeyHeader, key: DataKey): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv, { authTagLength: 16 });
  cipher.setAAD(authenticated(header));
  const data = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return serialise({ key: header, iv, tag: cipher.getAuthTag(), data });
}

/** What was encrypted; `null` when the key is another one or a byte was changed. */
export function unseal({ key: header, iv, tag, data }: Envelope, key: DataKey): string | null {
  const decipher = createDecipheriv('aes-256-gcm', key.material, iv, { authTagLength: 16 });
  decipher.setAAD(authenticated(header));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

const authenticated = (header: KeyHeader): Buffer => Buffer.from(JSON.stringify(headerFields(header)));

const serialise = ({ key, iv, tag, data }: Envelope): Buffer =>
  Buffer.from(
    `${JSON.stringify({ ...headerFields(key), iv: toBase64(iv), tag: toBase64(tag), data: toBase64(data) })}\n`,
  );

/** In the order in which they are written and authenticated. */
function headerFields(header: KeyHeader): object {
  const { source, id } = header;
  const key = header.source === 'passphrase' ? { source, id, kdf: kdfFields(header.kdf) } : { source, id };
  return { app: appName, format, key };
}

const kdfFields = ({ name, N, r, p, salt }: KdfHeader): KdfHeader => ({ name, N, r, p, salt });

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const toBase64 = (bytes: Buffer): string => bytes.toString('base64');
const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');
